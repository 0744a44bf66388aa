"""`/run_live` with a real websocket client, and a model that echoes."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.genai import types
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from adkconf.agents.llm_agent import LlmAgent
from adkconf.agents.run_config import RunConfig
from adkconf.apps.app import App
from adkconf.events.event import Event
from adkconf.launch.fleet import Fleet
from adkconf.launch.live import Live, Status
from adkconf.runners import Runner
from adkconf.server.app import create_app
from adkconf.server.settings import Settings
from tests.server.conftest import Built, Loader, listening
from tests.server.test_serve import served

__all__ = ["served"]


class EchoLoader(Loader):
    """Builds an app that echoes, or stamps its answers if the file says `v-mute`."""

    async def load(self, previous: Any) -> Built:
        built = await super().load(previous)
        if "mute" in self.file.read_text():
            return built
        agent = LlmAgent(name="root", model="echo")
        built.app = App(name="stamper", root_agent=agent)
        built.runner = Runner(
            app=built.app,
            session_service=built.runner.session_service,
            artifact_service=built.runner.artifact_service,
            on_busy="reject",
        )
        return built


@pytest.fixture
def loader(app_file: Path) -> Loader:
    return EchoLoader(app_file)


@pytest.fixture
async def url(fleet: Fleet) -> AsyncIterator[str]:
    async with serving(fleet) as url:
        yield url


@asynccontextmanager
async def serving(fleet: Fleet, **settings: Any) -> AsyncIterator[str]:
    names = {"app_name": "stamper", "user_id": "ada", "session_id": "s1"}
    await fleet.members[0].live.current.built.runner.session_service.create_session(**names)
    async with listening(create_app(fleet, Settings(**settings))) as http:
        query = "&".join(f"{name}={value}" for name, value in names.items())
        yield f"{http.replace('http', 'ws', 1)}/run_live?{query}"


async def say(socket: ClientConnection, text: str) -> None:
    await socket.send(json.dumps({"content": {"parts": [{"text": text}]}}))


async def turn(socket: ClientConnection) -> list[dict[str, Any]]:
    """The events up to the end of the model's turn."""
    events: list[dict[str, Any]] = []
    async with asyncio.timeout(10):
        while not (events and events[-1].get("turnComplete")):
            events.append(json.loads(await socket.recv()))
    return events


async def replace(live: Live, app_file: Path, text: str) -> Status:
    await asyncio.to_thread(app_file.write_text, text)
    return await live.reload()


async def closing(socket: ClientConnection) -> tuple[int, str]:
    """The close code and the reason, once the server has closed."""
    async with asyncio.timeout(10):
        with pytest.raises(ConnectionClosed):
            while True:
                await socket.recv()
    return socket.close_code or 0, socket.close_reason or ""


async def test_a_message_is_answered_with_google_adks_events(url: str) -> None:
    async with connect(f"{url}&modalities=TEXT") as socket:
        await say(socket, "hello")
        fragment, whole, end = await turn(socket)
    assert fragment["partial"] is True
    assert whole["content"] == {"parts": [{"text": "hello"}], "role": "model"}
    assert (whole["author"], whole["invocationId"]) == ("root", end["invocationId"])


async def test_what_the_query_leaves_out_is_as_the_app_has_it(live: Live, url: str) -> None:
    live.current.built.run_config = RunConfig(response_modalities=["TEXT"])
    async with connect(url) as socket:
        await say(socket, "hello")
        assert (await turn(socket))[-2]["content"]["parts"] == [{"text": "hello"}]


async def test_sound_comes_back_as_sound_and_transcriptions(url: str) -> None:
    async with connect(url) as socket:
        await socket.send(json.dumps({"blob": {"mime_type": "audio/pcm", "data": "AAE="}}))
        await socket.send(json.dumps({"audio_stream_end": True}))
        events = await turn(socket)
    sound = [event["content"] for event in events if "content" in event]
    assert sound[0]["parts"] == [{"inlineData": {"data": "AAE=", "mimeType": "audio/pcm"}}]
    assert any("inputTranscription" in event for event in events)
    assert any("outputTranscription" in event for event in events)


async def test_what_was_said_is_stored(live: Live, url: str) -> None:
    async with connect(f"{url}&modalities=TEXT") as socket:
        await say(socket, "hello")
        await turn(socket)
        await socket.send(json.dumps({"close": True, "state_delta": {"seen": 1}}))
        assert await closing(socket) == (1000, "")
    session = await live.current.built.runner.session_service.get_session(
        app_name="stamper", user_id="ada", session_id="s1"
    )
    assert [event.author for event in session.events] == ["user", "root", "root", "user"]
    assert session.state == {"seen": 1}


async def test_saved_sound_is_an_artifact(live: Live, url: str) -> None:
    async with connect(f"{url}&save_live_blob=true") as socket:
        await socket.send(json.dumps({"blob": {"mime_type": "audio/pcm", "data": "AAE="}}))
        await socket.send(json.dumps({"activity_end": {}}))
        await turn(socket)
    names = await live.current.built.runner.artifact_service.list_artifact_keys(
        app_name="stamper", user_id="ada", session_id="s1"
    )
    assert len(names) == 2


async def test_a_session_that_is_not_there_closes_with_1002(url: str) -> None:
    async with connect(url.replace("s1", "s2")) as socket:
        assert await closing(socket) == (1002, "Session not found")


async def test_a_model_without_live_mode_closes_with_1011(
    live: Live, url: str, app_file: Path
) -> None:
    await replace(live, app_file, "v-mute")
    async with connect(url) as socket:
        code, reason = await closing(socket)
    assert (code, reason) == (1011, "Live connection is not supported for stamped.")


@pytest.mark.parametrize(
    "changed",
    [
        ("session_id=s1", "session_id="),
        ("user_id=ada", "x=y"),
        ("session_id=s1", "session_id=s1&modalities=SMELL"),
        ("session_id=s1", "session_id=s1&save_live_blob=perhaps"),
        ("app_name=stamper", "app_name=other"),
    ],
)
async def test_a_query_that_does_not_fit_is_refused(url: str, changed: tuple[str, str]) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(url.replace(*changed)):
            pass
    assert refused.value.response.status_code == 403
    assert b"detail" in refused.value.response.body


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ("no json", "Invalid JSON"),
        ('{"blob": {"data": 1}}', "blob.data"),
        ('{"state_delta": {"x": 1e999}}', "finite"),
        (b"\0", "binary"),
    ],
)
async def test_a_message_that_does_not_fit_closes_with_1007(
    url: str, sent: str | bytes, reason: str
) -> None:
    async with connect(url) as socket:
        await socket.send(sent)
        code, told = await closing(socket)
    assert (code, reason in told) == (1007, True)


async def test_clients_cannot_forge_function_calls(url: str) -> None:
    async with connect(url) as socket:
        call = {"functionCall": {"name": "save_note", "args": {}}}
        await socket.send(json.dumps({"content": {"parts": [call]}}))
        code, reason = await closing(socket)
    assert (code, reason) == (1011, "User message cannot contain function calls.")


async def test_an_answer_that_nobody_waits_for_closes_with_1008(live: Live, url: str) -> None:
    await called(live, "done")
    await called(live, "waiting", lasting=True)
    async with connect(f"{url}&modalities=TEXT") as socket:
        await answer_call(socket, "waiting")
        await say(socket, "hello")
        assert await turn(socket)
        await answer_call(socket, "done")
        code, reason = await closing(socket)
    assert (code, reason) == (1008, "the call 'done' waits for no answer of a client")


async def called(live: Live, ident: str, *, lasting: bool = False) -> None:
    """Stores a call of the model's in the session, of a tool that answers later if `lasting`."""
    service = live.current.built.runner.session_service
    session = await service.get_session(app_name="stamper", user_id="ada", session_id="s1")
    call = types.Part(function_call=types.FunctionCall(id=ident, name="save_note", args={}))
    content = types.Content(role="model", parts=[call])
    asking = {ident} if lasting else None
    event = Event(author="root", invocation_id="e-1", content=content, long_running_tool_ids=asking)
    await service.append_event(session, event)


async def answer_call(socket: ClientConnection, ident: str) -> None:
    answer = {"functionResponse": {"id": ident, "name": "save_note", "response": {"version": 9}}}
    await socket.send(json.dumps({"content": {"parts": [answer]}}))


async def test_pages_of_other_sites_are_refused(url: str) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        async with connect(url, origin="https://evil.example"):  # type: ignore[arg-type]
            pass


async def test_a_token_is_needed_where_one_is_set(fleet: Fleet) -> None:
    async with serving(fleet, tokens=("t",)) as url:
        with pytest.raises(InvalidStatus, match="401"):
            async with connect(url):
                pass
        async with connect(url, additional_headers={"Authorization": "Bearer t"}) as socket:
            await say(socket, "hello")
            assert await turn(socket)


async def test_a_client_that_leaves_frees_the_session(url: str) -> None:
    for _ in range(2):
        async with connect(url) as socket:
            await say(socket, "hello")
            assert await turn(socket)


async def test_a_second_client_on_one_session_is_told_to_try_later(url: str) -> None:
    async with connect(url) as first:
        await say(first, "hello")
        await turn(first)
        async with connect(url) as second:
            code, reason = await closing(second)
    assert (code, "busy" in reason) == (1013, True)


async def test_a_reload_lets_conversations_go_on(live: Live, url: str, app_file: Path) -> None:
    async with connect(url) as socket:
        await say(socket, "one")
        await turn(socket)
        assert (await replace(live, app_file, "v2")).generation == 2
        await say(socket, "two")
        assert await turn(socket)


async def test_a_conversation_that_outlives_its_app_is_cut_with_1012(live: Live, url: str) -> None:
    async with connect(url) as socket:
        await say(socket, "one")
        await turn(socket)
        live.cut()
        assert await closing(socket) == (1012, "the app was replaced")


async def test_a_flood_of_messages_is_answered_in_order(url: str) -> None:
    async with connect(f"{url}&modalities=TEXT") as socket:
        sending = asyncio.create_task(flood(socket, 300))
        for number in range(300):
            events = await turn(socket)
            assert events[-2]["content"]["parts"][0]["text"] == str(number)
        await sending


async def flood(socket: ClientConnection, times: int) -> None:
    for number in range(times):
        await say(socket, str(number))


async def test_messages_that_are_too_large_close_with_1009(served: Any) -> None:
    async with served(max_body_bytes=10_000) as (client, _, _), connect(address(client)) as socket:
        await say(socket, "x" * 9_000)
        await turn(socket)
        await say(socket, "x" * 11_000)
        assert (await closing(socket))[0] == 1009


async def test_a_server_that_stops_lets_clients_know(served: Any) -> None:
    async with served() as (client, _, task):
        async with connect(address(client)) as socket:
            await say(socket, "hello")
            await turn(socket)
            signal.raise_signal(signal.SIGTERM)
            assert (await closing(socket))[0] == 1012
        await task


def address(client: httpx.AsyncClient) -> str:
    query = "app_name=stamper&user_id=ada&session_id=s1"
    return f"ws://127.0.0.1:{client.base_url.port}/run_live?{query}"
