"""The same conversation through google-adk's live runner and through this one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from google.genai import types

from tests.wire.gemini_live_server import (
    COMPLETE,
    GO_AWAY,
    INTERRUPTED,
    GeminiLiveServer,
    Json,
    LiveCall,
    Script,
    calls,
    content,
    handle,
    heard,
    model_turn,
    silence,
    sound,
    spoken,
    text,
)

pytest.importorskip("google.adk.live")
# google-adk sends with what the SDK has deprecated, and warns about its own agents.
pytestmark = pytest.mark.filterwarnings("ignore")

MODEL_2 = "gemini-2.5-flash-native-audio"
MODEL_3 = "gemini-3.1-flash-live-preview"
# Ours names the model in every answer, and notes where in the tree and when an event was made.
IGNORED = {"id", "timestamp", "invocation_id", "model_version", "node_info", "branch"}


class Engine:
    """google-adk's names, here or there."""

    def __init__(self, root: str) -> None:
        self.root = root

    def find(self, module: str, name: str) -> Any:
        return getattr(import_module(f"{self.root}.{module}"), name)

    def agent(self, name: str = "root", **fields: Any) -> Any:
        return self.find("agents", "LlmAgent")(name=name, **{"model": MODEL_2, **fields})

    async def run(self, agent: Any, requests: list[Any], **config: Any) -> tuple[Any, Any]:
        """Returns what was yielded and what was stored."""
        runner = self.find("runners", "InMemoryRunner")(agent=agent, app_name="app")
        names = {"user_id": "u", "session_id": "s"}
        await runner.session_service.create_session(app_name="app", **names)
        queue = self.find("agents", "LiveRequestQueue")()
        for request in requests:
            queue.send(self.find("agents", "LiveRequest")(**request))
        run = runner.run_live(
            live_request_queue=queue,
            run_config=self.find("agents.run_config", "RunConfig")(**config),
            **names,
        )
        events: list[Any] = []
        async with asyncio.timeout(20):
            try:
                async for event in run:
                    events.append(event)
            except Exception as error:  # what it is differs; that it is does not
                events.append(bool(error))
        session = await runner.session_service.get_session(app_name="app", **names)
        await runner.close()
        stored = [event for event in session.events if not event.error_code]
        shown = [event for event in events if event is True or not event.error_code]
        return [_plain(event) for event in shown], [_plain(event) for event in stored]


def _plain(event: Any) -> Any:
    if event is True:
        return "raised"
    plain = event.model_dump(mode="json", exclude_none=True, exclude=IGNORED)
    if plain.get("grounding_metadata") == {}:
        del plain["grounding_metadata"]
    for name in ("partial", "interrupted"):
        if not plain.get(name):
            plain.pop(name, None)
    return _without_times(plain)


def _without_times(value: Any) -> Any:
    """Files are named after the time they were made at."""
    if isinstance(value, dict):
        return {key: _without_times(item) for key, item in value.items() if item not in ({}, [])}
    if isinstance(value, list):
        return [_without_times(item) for item in value]
    if isinstance(value, str) and "adk_live_audio_storage" in value:
        return "".join(letter for letter in value if not letter.isdigit())
    return value


@pytest.fixture
async def both(live_certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs a conversation through both engines, each with a server of its own."""
    monkeypatch.setenv("GOOGLE_API_KEY", "key")
    monkeypatch.setenv("SSL_CERT_FILE", str(live_certificate))

    @asynccontextmanager
    async def serving(*scripts: Script) -> AsyncIterator[GeminiLiveServer]:
        async with GeminiLiveServer().running(live_certificate) as server:
            monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", server.url)
            server.put(*scripts)
            yield server

    async def run(
        make: Callable[[Engine], Any], requests: list[Any], *scripts: Script, **config: Any
    ) -> tuple[Any, Any]:
        outcomes = []
        for root in ("google.adk", "adkconf"):
            async with serving(*scripts) as server:
                engine = Engine(root)
                outcome = await engine.run(make(engine), requests, **config)
                outcomes.append((*outcome, [call.received for call in server.calls]))
        return outcomes[0], outcomes[1]

    return run


def saying(words: str, **fields: Any) -> Json:
    return {"content": types.Content(role="user", parts=[types.Part(text=words)]), **fields}


BLOB = {"blob": types.Blob(data=b"\1\2", mime_type="audio/pcm")}
USAGE = {"usageMetadata": {"promptTokenCount": 3, "responseTokenCount": 4, "totalTokenCount": 7}}
GROUNDED = {
    "groundingMetadata": {
        "webSearchQueries": ["a"],
        "groundingChunks": [{"web": {"uri": "u", "title": "t"}}],
        "groundingSupports": [{"groundingChunkIndices": [0]}],
    }
}
SPEECH = [sound(b"\1\2"), spoken("Hel"), spoken("lo"), content(generationComplete=True), COMPLETE]
CALL = calls(("1", "double", {"number": 2}))

ANSWERS: dict[str, list[Json]] = {
    "text": [text("Hel"), text("lo"), COMPLETE],
    "text and the end in one": [model_turn({"text": "Hello"}, turnComplete=True)],
    "two turns": [text("a"), COMPLETE, text("b"), COMPLETE],
    "thoughts, then text": [
        text("hm", thought=True),
        text("so", thought=True),
        text("Yes"),
        COMPLETE,
    ],
    "thoughts and text in one": [
        model_turn({"text": "hm", "thought": True}, {"text": "Yes"}),
        COMPLETE,
    ],
    "speech": SPEECH,
    "speech of two turns": SPEECH + SPEECH,
    "text and sound": [text("a"), sound(b"\1"), COMPLETE],
    "what the user said": [heard("Hi"), heard(" you", finished=True), *SPEECH],
    "what the user said, without an end": [heard("Hi"), heard(" you"), *SPEECH],
    "interrupted text": [text("Once"), INTERRUPTED, COMPLETE],
    "interrupted speech": [sound(b"\1"), spoken("Once"), INTERRUPTED, COMPLETE],
    "interrupted silence": [INTERRUPTED, COMPLETE],
    "usage": [USAGE, text("a"), COMPLETE],
    "grounding": [content(**GROUNDED), text("a"), COMPLETE],
    "grounding in pieces": [content(**GROUNDED), content(**GROUNDED), text("a"), COMPLETE],
    "grounding at the end": [text("a"), content(turnComplete=True, **GROUNDED)],
    "voice activity": [{"voiceActivity": {"voiceActivityType": "ACTIVITY_START"}}, COMPLETE],
    "a reason": [content(turnComplete=True, turnCompleteReason="RESPONSE_REJECTED")],
    "a call": [CALL, COMPLETE],
    "text, then a call": [text("let me"), CALL, COMPLETE],
    "calls in two messages": [CALL, calls(("2", "double", {"number": 3})), COMPLETE],
    "an unknown call": [calls(("1", "halve", {})), COMPLETE],
    "a call that fails": [calls(("1", "double", {"number": 0})), COMPLETE],
}


def doubling(engine: Engine, **fields: Any) -> Any:
    def double(number: int) -> int:
        """Doubles."""
        if not number:
            raise ValueError("nothing to double")
        return 2 * number

    return engine.agent(tools=[double], **fields)


def answering(messages: list[Json]) -> Script:
    async def script(call: LiveCall) -> None:
        await call.hear("clientContent")
        await call.say(*messages)
        if CALL in messages:
            await call.hear("toolResponse")
        await call.close()

    return script


@pytest.mark.parametrize("name", ANSWERS)
async def test_answers_make_the_same_events(both: Callable[..., Any], name: str) -> None:
    theirs, ours = await both(doubling, [saying("Hi")], answering(ANSWERS[name]))
    if name == "an unknown call":  # the words differ
        theirs, ours = (len(theirs[0]), len(theirs[1])), (len(ours[0]), len(ours[1]))
    if name == "a call that fails":
        theirs, ours = theirs[:2], ours[:2]
    assert ours == theirs


@pytest.mark.parametrize("save_live_blob", [True, False])
async def test_sound_is_saved_the_same(both: Callable[..., Any], save_live_blob: bool) -> None:
    async def script(call: LiveCall) -> None:
        await call.hear("realtimeInput")
        await call.hear("realtimeInput")
        await call.say(heard("Hi"), *SPEECH)
        await call.close()

    theirs, ours = await both(
        Engine.agent, [BLOB, {"audio_stream_end": True}], script, save_live_blob=save_live_blob
    )
    assert ours == theirs


async def test_signals_and_pieces_are_sent_the_same(both: Callable[..., Any]) -> None:
    requests = [
        {"activity_start": types.ActivityStart(), "state_delta": {"a": 1}},
        BLOB,
        {"activity_end": types.ActivityEnd()},
        saying("par", partial=True),
        saying("tial", state_delta={"b": 2}),
    ]

    async def script(call: LiveCall) -> None:
        while (await call.hear("clientContent"))["turnComplete"] is not True:
            pass
        await call.say(COMPLETE)
        await call.close()

    theirs, ours = await both(Engine.agent, requests, script)
    assert ours == theirs


async def test_closing_ends_the_same(both: Callable[..., Any]) -> None:
    theirs, ours = await both(Engine.agent, [{"close": True}], silence)
    assert ours == theirs


async def test_the_third_generation_is_spoken_to_the_same(both: Callable[..., Any]) -> None:
    async def script(call: LiveCall) -> None:
        await call.hear("realtimeInput")
        await call.hear("realtimeInput")
        await call.say(heard("Hi"), CALL)
        await call.hear("toolResponse")
        await call.say(*SPEECH)
        await call.close()

    theirs, ours = await both(
        lambda engine: doubling(engine, model=MODEL_3), [saying("Hi"), BLOB], script
    )
    assert ours == theirs


async def test_connections_are_resumed_the_same(both: Callable[..., Any]) -> None:
    async def first(call: LiveCall) -> None:
        await call.hear("clientContent")
        await call.say(handle("h1"), text("a"), COMPLETE, GO_AWAY)
        await call.until_closed()

    async def second(call: LiveCall) -> None:
        assert call.setup["sessionResumption"]["handle"] == "h1"
        await call.say(text("b"), COMPLETE)
        await call.close(1008)

    theirs, ours = await both(
        Engine.agent,
        [saying("Hi")],
        first,
        second,
        session_resumption=types.SessionResumptionConfig(),
    )
    assert ours == theirs


async def test_transfers_store_the_same(both: Callable[..., Any]) -> None:
    async def first(call: LiveCall) -> None:
        await call.hear("clientContent")
        await call.say(calls(("1", "transfer_to_agent", {"agent_name": "child"})), COMPLETE)
        await call.until_closed()

    async def second(call: LiveCall) -> None:
        await call.hear("clientContent")
        await call.say(text("I do"), COMPLETE)
        await call.close()

    def family(engine: Engine) -> Any:
        return engine.agent(sub_agents=[engine.agent("child")])

    theirs, ours = await both(family, [saying("Help")], first, second)
    # There the agent that handed over goes on to read its own connection, which is closed.
    *yielded, late = theirs[0]
    assert (late["author"], ours[0]) == ("root", yielded)
    assert ours[1] == theirs[1][:-1]
