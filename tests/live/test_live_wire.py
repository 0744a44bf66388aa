"""Live conversations of the runner with the real SDK and a local server of the Live API."""

from __future__ import annotations

import asyncio
import base64
from contextlib import aclosing
from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LlmAgent, SequentialAgent
from adkconf.errors import (
    LiveConnectionClosedError,
    LlmCallsLimitExceededError,
    ModelError,
    SessionBusyError,
)
from adkconf.events.event import Event
from adkconf.models import Gemini
from adkconf.models.llm_response import LlmResponse
from adkconf.plugins import BasePlugin
from adkconf.tools.tool_context import ToolContext
from tests.live.conversation import MODEL, Conversation, shown
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
    silence,
    soon,
    sound,
    spoken,
    text,
)


def answering(*messages: Json) -> Script:
    """A script that waits for a message, answers, and hangs up."""

    async def script(call: LiveCall) -> None:
        await call.hear("clientContent")
        await call.say(*messages)
        await call.close()

    return script


async def told(server: GeminiLiveServer, *messages: Json, **config: Any) -> list[str]:
    """What a run yields when the model answers so."""
    server.put(answering(*messages))
    talk = await Conversation.start()
    talk.say("Hi")
    return shown(await talk.events(**config))


async def test_text_comes_in_fragments_and_as_a_whole(live_server: GeminiLiveServer) -> None:
    assert await told(live_server, text("Hel"), text("lo"), COMPLETE) == [
        "root: 'Hel' partial",
        "root: 'lo' partial",
        "root: 'Hello'",
        "root: turn_complete",
    ]
    (call,) = live_server.calls
    turn = {"role": "user", "parts": [{"text": "Hi"}]}
    assert call.received == [{"clientContent": {"turns": [turn], "turnComplete": True}}]


async def test_thoughts_are_kept_apart(live_server: GeminiLiveServer) -> None:
    assert await told(live_server, text("hm", thought=True), text("Yes"), COMPLETE) == [
        "root: (hm) partial",
        "root: (hm)",
        "root: 'Yes' partial",
        "root: 'Yes'",
        "root: turn_complete",
    ]


async def test_the_run_config_reaches_the_setup(live_server: GeminiLiveServer) -> None:
    voice = {"voice_config": {"prebuilt_voice_config": {"voice_name": "Kore"}}}
    await told(
        live_server,
        COMPLETE,
        response_modalities=["TEXT"],
        speech_config=voice,
        input_audio_transcription=None,
        realtime_input_config={"automatic_activity_detection": {"disabled": True}},
        enable_affective_dialog=True,
        proactivity={"proactive_audio": True},
        context_window_compression={"trigger_tokens": 1000},
        session_resumption={},
    )
    (call,) = live_server.calls
    generation = call.setup["generationConfig"]
    assert generation["responseModalities"] == ["TEXT"]
    assert "Kore" in str(generation["speechConfig"])
    assert generation["enableAffectiveDialog"] is True
    assert call.setup["realtimeInputConfig"]["automaticActivityDetection"] == {"disabled": True}
    assert call.setup["proactivity"] == {"proactiveAudio": True}
    assert call.setup["contextWindowCompression"] == {"triggerTokens": 1000}
    assert call.setup["sessionResumption"] == {}
    assert call.setup["outputAudioTranscription"] == {}
    assert "inputAudioTranscription" not in call.setup


async def test_the_agent_reaches_the_setup(live_server: GeminiLiveServer) -> None:
    def weather(city: str) -> str:
        """Tells the weather."""
        return city

    live_server.put(silence)
    harmless = types.SafetySetting(category="HARM_CATEGORY_HARASSMENT", threshold="BLOCK_NONE")
    agent = LlmAgent(
        name="root",
        model=MODEL,
        instruction="Be kind.",
        tools=[weather],
        generate_content_config=types.GenerateContentConfig(
            temperature=0.5, safety_settings=[harmless]
        ),
    )
    talk = await Conversation.start(agent)
    talk.queue.close()
    await talk.events()
    (setup,) = [call.setup for call in live_server.calls]
    assert "Be kind." in setup["systemInstruction"]["parts"][0]["text"]
    assert setup["tools"][0]["functionDeclarations"][0]["name"] == "weather"
    assert setup["generationConfig"]["temperature"] == 0.5
    assert setup["safetySettings"][0]["threshold"] == "BLOCK_NONE"


async def test_sound_goes_both_ways_and_is_not_stored(live_server: GeminiLiveServer) -> None:
    async def script(call: LiveCall) -> None:
        body = await call.hear("realtimeInput")
        assert base64.b64decode(body["mediaChunks"][0]["data"]) == b"\1\2"
        await call.say(heard("he"), heard("llo"), sound(b"\3\4"), sound(b"\5"), spoken("hi"))
        await call.say(content(generationComplete=True), COMPLETE)
        await call.close()

    live_server.put(script)
    talk = await Conversation.start()
    talk.sound(b"\1\2")
    assert shown(await talk.events()) == [
        "user: heard 'he' partial",
        "user: heard 'llo' partial",
        "root: <audio/pcm;rate=24000 2>",
        "root: <audio/pcm;rate=24000 1>",
        "root: spoke 'hi' partial",
        "user: heard 'hello'",
        "root: spoke 'hi'",
        "root: turn_complete",
    ]
    stored = shown(await talk.stored())
    assert stored == ["user: heard 'hello'", "root: spoke 'hi'", "root: turn_complete"]


async def test_saved_sound_becomes_one_artifact_for_each_side(
    live_server: GeminiLiveServer,
) -> None:
    async def script(call: LiveCall) -> None:
        await call.hear("realtimeInput")
        await call.hear("realtimeInput")
        await call.say(sound(b"\3\4"), sound(b"\5"), COMPLETE)
        await call.close()

    live_server.put(script)
    talk = await Conversation.start()
    talk.sound(b"\1")
    talk.sound(b"\2")
    await talk.events(save_live_blob=True)
    files = [event for event in await talk.stored() if event.content]
    assert [event.author for event in files] == ["user", "root"]
    loaded = [await artifact(talk, event) for event in files]
    assert [part.inline_data.data for part in loaded] == [b"\1\2", b"\3\4\5"]
    uri = files[1].content.parts[0].file_data.file_uri
    assert uri.startswith("artifact://app/u/s/_adk_live/adk_live_audio_storage_output_audio_")
    assert uri.endswith(".pcm#0")


async def artifact(talk: Conversation, event: Event) -> Any:
    name = event.content.parts[0].file_data.file_uri.rpartition("/")[2].partition("#")[0]
    return await talk.runner.artifact_service.load_artifact(
        app_name="app", user_id="u", session_id="s", filename=name
    )


async def test_an_interruption_ends_what_was_said(live_server: GeminiLiveServer) -> None:
    assert await told(live_server, text("Once upon"), INTERRUPTED, COMPLETE) == [
        "root: 'Once upon' partial",
        "root: 'Once upon' interrupted",
        "root: turn_complete",
    ]


async def test_an_interruption_of_speech_is_told_too(live_server: GeminiLiveServer) -> None:
    said = await told(live_server, sound(b"\1"), spoken("Once"), INTERRUPTED, COMPLETE)
    assert said[-3:] == ["root: spoke 'Once'", "root: interrupted", "root: turn_complete"]


async def test_signals_reach_the_model_in_order(live_server: GeminiLiveServer) -> None:
    live_server.put(silence_after(4))
    talk = await Conversation.start()
    talk.queue.send_activity_start()
    talk.sound(b"\1")
    talk.queue.send_activity_end()
    talk.queue.send_audio_stream_end()
    talk.queue.close()
    await talk.events()
    kinds = [next(iter(body["realtimeInput"])) for body in live_server.calls[0].received]
    assert kinds == ["activityStart", "mediaChunks", "activityEnd", "audioStreamEnd"]


def silence_after(number: int) -> Script:
    async def script(call: LiveCall) -> None:
        for _ in range(number):
            await call.hear("realtimeInput")
        await call.until_closed()

    return script


async def test_partial_content_is_sent_but_not_stored(live_server: GeminiLiveServer) -> None:
    async def script(call: LiveCall) -> None:
        assert (await call.hear("clientContent"))["turnComplete"] is False
        assert (await call.hear("clientContent"))["turnComplete"] is True
        await call.close()

    live_server.put(script)
    talk = await Conversation.start()
    talk.say("Guess", partial=True)
    talk.say("what")
    await talk.events()
    assert shown(await talk.stored()) == ["user: 'what'"]


async def test_parallel_calls_are_run_and_answered_at_once(live_server: GeminiLiveServer) -> None:
    together = asyncio.Barrier(2)

    async def double(number: int) -> int:
        """Doubles."""
        await together.wait()
        return 2 * number

    async def script(call: LiveCall) -> None:
        await call.hear("clientContent")
        await call.say(calls(("1", "double", {"number": 2}), ("2", "double", {"number": 3})))
        await call.say(COMPLETE)
        answers = (await call.hear("toolResponse"))["functionResponses"]
        assert [(item["id"], item["response"]) for item in answers] == [
            ("1", {"result": 4}),
            ("2", {"result": 6}),
        ]
        await call.say(text("4 and 6"), COMPLETE)
        await call.close()

    live_server.put(script)
    talk = await Conversation.start(LlmAgent(name="root", model=MODEL, tools=[double]))
    talk.say("Double 2 and 3")
    assert shown(await talk.events()) == [
        "root: double() double()",
        "root: double={'result': 4} double={'result': 6}",
        "root: turn_complete",
        "root: '4 and 6' partial",
        "root: '4 and 6'",
        "root: turn_complete",
    ]


async def test_sync_tools_and_their_state_are_stored(live_server: GeminiLiveServer) -> None:
    def note(word: str, tool_context: ToolContext) -> str:
        """Notes."""
        tool_context.state["noted"] = word
        return "done"

    live_server.put(answering(calls(("1", "note", {"word": "x"})), COMPLETE))
    talk = await Conversation.start(LlmAgent(name="root", model=MODEL, tools=[note]))
    talk.say("Note x")
    await talk.events()
    deltas = [event.actions.state_delta for event in await talk.stored()]
    assert {"noted": "x"} in deltas


async def test_the_third_generation_is_spoken_to_in_its_own_way(
    live_server: GeminiLiveServer,
) -> None:
    def ping() -> str:
        """Pings."""
        return "pong"

    async def script(call: LiveCall) -> None:
        assert (await call.hear("realtimeInput")) == {"text": "Hi"}
        assert (await call.hear("realtimeInput"))["audio"]["mimeType"] == "audio/pcm"
        # It completes the turn only when it has the answer.
        await call.say(calls(("1", "ping", {})))
        await call.hear("toolResponse")
        await call.say(heard("Hi"), COMPLETE)
        await call.close()

    live_server.put(script)
    agent = LlmAgent(name="root", model="gemini-3.1-flash-live-preview", tools=[ping])
    talk = await Conversation.start(agent)
    talk.say("Hi")
    talk.sound(b"\1")
    events = await talk.events(proactivity={"proactive_audio": True})
    assert shown(events)[-2:] == ["user: heard 'Hi'", "root: turn_complete"]
    assert "proactivity" not in live_server.calls[0].setup


async def test_a_transfer_connects_again_with_what_was_said(live_server: GeminiLiveServer) -> None:
    async def first(call: LiveCall) -> None:
        await call.hear("clientContent")
        await call.say(calls(("1", "transfer_to_agent", {"agent_name": "child"})), COMPLETE)
        await call.until_closed()

    async def second(call: LiveCall) -> None:
        history = await call.hear("clientContent")
        assert history["turnComplete"] is True
        assert history["turns"][0] == {"role": "user", "parts": [{"text": "Help"}]}
        await call.say(text("I do"), COMPLETE)
        await call.close()

    live_server.put(first, second)
    child = LlmAgent(name="child", model=MODEL, instruction="You are the child.")
    talk = await Conversation.start(LlmAgent(name="root", model=MODEL, sub_agents=[child]))
    await talk.runner.session_service.append_event(await talk.session(), spoken_before("Help"))
    talk.say("Please")
    assert shown(await talk.events(session_resumption={"handle": "old"})) == [
        "root: transfer_to_agent()",
        "root: transfer_to_agent={'result': None}",
        "child: 'I do' partial",
        "child: 'I do'",
        "child: turn_complete",
    ]
    handles = [call.setup["sessionResumption"] for call in live_server.calls]
    assert handles == [{"handle": "old"}, {}]
    setup = live_server.calls[1].setup
    assert "You are the child." in setup["systemInstruction"]["parts"][0]["text"]
    assert setup["historyConfig"] == {"initialHistoryInClientContent": True}


def spoken_before(words: str) -> Event:
    content = types.Content(role="user", parts=[types.Part(text=words)])
    return Event(author="user", content=content)


async def test_agents_of_a_sequence_take_over_when_one_is_done(
    live_server: GeminiLiveServer,
) -> None:
    async def first(call: LiveCall) -> None:
        await call.hear("clientContent")
        await call.say(calls(("1", "task_completed", {})), COMPLETE)
        await call.until_closed()

    async def second(call: LiveCall) -> None:
        await call.hear("clientContent")
        await call.say(text("Me now"), COMPLETE)
        await call.close()

    live_server.put(first, second)
    agents = [LlmAgent(name=name, model=MODEL) for name in ("one", "two")]
    talk = await Conversation.start(SequentialAgent(name="root", sub_agents=agents))
    talk.say("Go")
    assert shown(await talk.events())[-2:] == ["two: 'Me now'", "two: turn_complete"]


@pytest.mark.parametrize("code", [1000, 1001, 1006, 1011, 1012])
async def test_a_lost_connection_is_resumed_with_the_latest_handle(
    live_server: GeminiLiveServer, code: int
) -> None:
    async def first(call: LiveCall) -> None:
        await call.hear("clientContent")
        await call.say(handle("h1"), {"sessionResumptionUpdate": {"resumable": False}})
        await (call.drop() if code == 1006 else call.close(code))

    live_server.put(first, resumed)
    talk = await Conversation.start()
    talk.say("one")
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(talk.events(until="root: turn_complete"))
        await soon(lambda: len(live_server.calls) == 2)
        talk.say("two")
    assert live_server.calls[1].setup["sessionResumption"] == {"handle": "h1"}
    turns = [body["clientContent"]["turns"] for body in live_server.calls[1].received]
    assert [[turn["parts"][0]["text"] for turn in each] for each in turns] == [["two"]]


async def resumed(call: LiveCall) -> None:
    """The script of a connection that takes another's place, until the user closes."""
    await call.hear("clientContent")
    await call.say(COMPLETE)
    await call.until_closed()


async def test_an_answer_that_a_lost_connection_did_not_take_goes_to_the_next(
    live_server: GeminiLiveServer,
) -> None:
    lost = asyncio.Event()

    async def slow() -> str:
        """Takes its time."""
        await lost.wait()
        await asyncio.sleep(0.1)
        return "done"

    async def first(call: LiveCall) -> None:
        await call.hear("clientContent")
        await call.say(handle("h1"), calls(("1", "slow", {})), COMPLETE)
        await call.drop()
        lost.set()

    async def second(call: LiveCall) -> None:
        await call.hear("toolResponse")
        await call.say(text("Done"), COMPLETE)
        await call.until_closed()

    live_server.put(first, second)
    talk = await Conversation.start(LlmAgent(name="root", model=MODEL, tools=[slow]))
    talk.say("Go")
    events = await talk.events(until="root: 'Done'")
    assert "root: 'Done'" in shown(events)


async def test_a_connection_that_will_go_away_is_left_in_time(
    live_server: GeminiLiveServer,
) -> None:
    async def first(call: LiveCall) -> None:
        await call.hear("clientContent")
        await call.say(handle("h1"), GO_AWAY)
        await call.until_closed()

    live_server.put(first, silence)
    talk = await Conversation.start()
    talk.say("one")
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        run = group.create_task(talk.events(session_resumption={}))
        await soon(lambda: len(live_server.calls) == 2)
        talk.queue.close()
    assert shown(run.result()) == ["root: handle h1"]


async def test_without_a_handle_the_next_connection_gets_the_history(
    live_server: GeminiLiveServer,
) -> None:
    async def first(call: LiveCall) -> None:
        await call.hear("clientContent")
        await call.say(text("Hello"), COMPLETE, GO_AWAY)
        await call.until_closed()

    async def second(call: LiveCall) -> None:
        history = await call.hear("clientContent")
        assert [turn["role"] for turn in history["turns"]] == ["user", "model"]
        # Nothing is left to answer.
        assert history["turnComplete"] is False
        await call.say(handle("h2"))
        await call.close(1011)

    async def third(call: LiveCall) -> None:
        assert call.setup["sessionResumption"] == {"handle": "h2"}
        await call.close(1008)

    live_server.put(first, second, third)
    talk = await Conversation.start()
    talk.say("Hi")
    with pytest.raises(LiveConnectionClosedError):
        await talk.events()
    assert len(live_server.calls) == 3


async def test_a_handle_of_an_earlier_run_is_used_at_once(live_server: GeminiLiveServer) -> None:
    live_server.put(answering(COMPLETE), answering(COMPLETE))
    talk = await Conversation.start()
    talk.say("one")
    [event async for event in talk.run()]
    talk.say("two")
    with pytest.raises(LiveConnectionClosedError):
        await talk.events(session_resumption={"handle": "old"})
    assert live_server.calls[1].setup["sessionResumption"] == {"handle": "old"}
    assert len(live_server.calls[1].received) == 1


async def test_a_model_that_hangs_up_without_a_handle_ends_the_run(
    live_server: GeminiLiveServer,
) -> None:
    assert await told(live_server, COMPLETE) == ["root: turn_complete"]


@pytest.mark.parametrize("code", [1006, 1007, 1008, 1011])
async def test_a_broken_connection_becomes_an_error_event(
    live_server: GeminiLiveServer, code: int
) -> None:
    async def script(call: LiveCall) -> None:
        await call.hear("clientContent")
        await (call.drop() if code == 1006 else call.close(code, "no"))

    live_server.put(script)
    talk = await Conversation.start()
    talk.say("Hi")
    with pytest.raises(LiveConnectionClosedError) as raised:
        await talk.events()
    assert raised.value.code == code
    last = (await talk.stored())[-1]
    assert (last.author, last.error_code) == ("root", str(code))


async def test_a_server_that_is_not_there_is_an_error_event(
    live_server: GeminiLiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "https://127.0.0.1:9")
    talk = await Conversation.start()
    with pytest.raises(ModelError, match="the connection failed"):
        await talk.events()
    assert (await talk.stored())[-1].error_code == "UNAVAILABLE"


async def test_resumption_gives_up_after_some_attempts(
    live_server: GeminiLiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adkconf.flows.live_talk._FIRST_PAUSE_S", 0.001)

    async def first(call: LiveCall) -> None:
        await call.say(handle("h1"))
        await call.close(1011)

    live_server.put(first)
    talk = await Conversation.start()
    with pytest.raises(LiveConnectionClosedError):
        await talk.events()
    assert len(live_server.calls) == 6


async def test_a_failing_tool_ends_the_run_with_an_error_event(
    live_server: GeminiLiveServer,
) -> None:
    def broken() -> str:
        """Breaks."""
        raise RuntimeError("boom")

    live_server.put(answering(calls(("1", "broken", {})), COMPLETE))
    talk = await Conversation.start(LlmAgent(name="root", model=MODEL, tools=[broken]))
    talk.say("Hi")
    with pytest.raises(RuntimeError, match="boom"):
        await talk.events()
    assert (await talk.stored())[-1].error_message == "boom"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (types.Content(parts=[]), "No parts"),
        (
            types.Content(parts=[types.Part.from_function_call(name="f", args={})]),
            "cannot contain function calls",
        ),
        (
            types.Content(
                parts=[
                    types.Part.from_function_response(name="adk_request_credential", response={})
                ]
            ),
            "live mode",
        ),
    ],
)
async def test_messages_that_cannot_be_sent_end_the_run(
    live_server: GeminiLiveServer, sent: types.Content, message: str
) -> None:
    live_server.put(silence)
    talk = await Conversation.start()
    talk.queue.send_content(sent)
    with pytest.raises(ValueError, match=message):
        await talk.events()
    assert message in (await talk.stored())[-1].error_message


async def test_leaving_the_run_closes_the_connection_and_frees_the_session(
    live_server: GeminiLiveServer,
) -> None:
    async def script(call: LiveCall) -> None:
        await call.say(text("Hi"))
        await call.until_closed()

    live_server.put(script, script)
    talk = await Conversation.start()
    for _ in range(2):
        async with aclosing(talk.run()) as events:
            assert (await anext(events)).partial
    await talk.runner.close()


async def test_a_live_run_holds_the_session(live_server: GeminiLiveServer) -> None:
    live_server.put(silence)
    talk = await Conversation.start()
    talk.runner.on_busy = "reject"
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(talk.events())
        await soon(lambda: live_server.calls)
        with pytest.raises(SessionBusyError):
            [_ async for _ in talk.run()]
        talk.queue.close()


async def test_each_new_connection_counts_as_a_call(live_server: GeminiLiveServer) -> None:
    async def hands_over(call: LiveCall) -> None:
        await call.hear("clientContent")
        await call.say(calls(("1", "transfer_to_agent", {"agent_name": "child"})), COMPLETE)
        await call.until_closed()

    live_server.put(hands_over)
    child = LlmAgent(name="child", model=MODEL)
    talk = await Conversation.start(LlmAgent(name="root", model=MODEL, sub_agents=[child]))
    talk.say("Hi")
    with pytest.raises(LlmCallsLimitExceededError):
        await talk.events(max_llm_calls=1)


class Censor(BasePlugin):
    """Answers itself when somebody says `secret`."""

    def __init__(self) -> None:
        super().__init__("censor")

    async def before_model_callback(self, *, callback_context: Any, llm_request: Any) -> Any:
        return _censored(llm_request.contents[-1].parts[0].text)

    async def after_model_callback(self, *, callback_context: Any, llm_response: Any) -> Any:
        return _censored(llm_response.output_transcription.text)


def _censored(words: str) -> LlmResponse | None:
    answer = types.Content(role="model", parts=[types.Part(text="Hush")])
    return LlmResponse(content=answer) if "secret" in words else None


async def test_a_message_that_a_callback_answers_is_not_sent(live_server: GeminiLiveServer) -> None:
    live_server.put(answering(COMPLETE))
    talk = await Conversation.start(plugins=[Censor()])
    talk.say("a secret")
    talk.say("hello")
    events = shown(await talk.events())
    assert events == ["root: 'Hush' turn_complete", "root: turn_complete"]
    assert len(live_server.calls[0].received) == 1


@pytest.mark.parametrize("said", [heard("secret", finished=True), spoken("se")])
async def test_speech_that_a_callback_answers_is_cut_off(
    live_server: GeminiLiveServer, said: Json
) -> None:
    async def first(call: LiveCall) -> None:
        await call.hear("clientContent")
        await call.say(said, spoken("cret"))
        await call.until_closed()

    async def second(call: LiveCall) -> None:
        await call.close()

    live_server.put(first, second)
    talk = await Conversation.start(plugins=[Censor()])
    talk.say("Hi")
    assert shown(await talk.events())[-1] == "root: 'Hush' turn_complete"
    assert len(live_server.calls) == 2


async def test_usage_grounding_and_voice_activity_are_told(live_server: GeminiLiveServer) -> None:
    usage = {"usageMetadata": {"promptTokenCount": 3, "responseTokenCount": 4}}
    grounding = {"groundingMetadata": {"webSearchQueries": ["a"]}}
    live_server.put(answering(usage, content(**grounding), text("Hi"), COMPLETE))
    talk = await Conversation.start()
    talk.say("Hi")
    events = await talk.events()
    assert events[0].usage_metadata.candidates_token_count == 4
    whole = next(event for event in events if event.partial is False)
    assert whole.grounding_metadata.web_search_queries == ["a"]


async def test_transparent_resumption_is_refused_where_there_is_none(
    live_server: GeminiLiveServer,
) -> None:
    talk = await Conversation.start()
    with pytest.raises(ModelError, match="only with Vertex AI"):
        await talk.events(session_resumption={"transparent": True})


async def test_a_given_client_is_used_as_it_is(live_server: GeminiLiveServer) -> None:
    from google.genai import Client

    live_server.put(answering(COMPLETE))
    client = Client(http_options=types.HttpOptions(api_version="v1beta"))
    agent = LlmAgent(name="root", model=Gemini(model=MODEL, client=client))
    talk = await Conversation.start(agent)
    talk.say("Hi")
    await talk.events()
    await client.aio.aclose()
    client.close()
    assert ".v1beta." in live_server.paths[0]
