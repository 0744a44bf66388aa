from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from google.genai import types
from opentelemetry import metrics
from opentelemetry.util._once import Once

from adkconf.agents.llm_agent import LlmAgent
from adkconf.agents.run_config import RunConfig
from adkconf.apps.app import App
from adkconf.artifacts.in_memory_artifact_service import InMemoryArtifactService
from adkconf.config.diagnostics import diagnostic
from adkconf.config.span import Span
from adkconf.errors import ConfigError
from adkconf.launch.fleet import Fleet
from adkconf.launch.live import Live
from adkconf.memory.in_memory_memory_service import InMemoryMemoryService
from adkconf.models.base_llm import BaseLlm
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.runners import Runner
from adkconf.server.app import create_app
from adkconf.server.settings import Settings
from adkconf.sessions.in_memory_session_service import InMemorySessionService
from adkconf.tools.tool_context import ToolContext


async def answers(
    stamp: str, contents: list[types.Content], stream: bool
) -> AsyncGenerator[tuple[bool | None, types.Content], None]:
    """Yields `(partial, content)`: the stamp and the user's text, or what the user asks for.

    `slow`: twenty words, 10 ms each. `boom`: fails. `tool`: calls `save_note`. `stuck`: never
    answers.
    """
    said = contents[-1].parts[0].text or "noted"
    if said == "boom":
        raise RuntimeError("boom!")
    if said == "stuck":
        await asyncio.sleep(60)
    if said == "tool":
        call = types.Part.from_function_call(name="save_note", args={"text": "hi"})
        yield None, types.Content(role="model", parts=[call])
        return
    words = [f"{stamp} "] * 20 if said == "slow" else [f"{stamp}: ", said]
    for word in words:
        await asyncio.sleep(0.01 if said == "slow" else 0)
        if stream:
            yield True, types.Content(role="model", parts=[types.Part(text=word)])
    yield None, types.Content(role="model", parts=[types.Part(text="".join(words))])


class Stamped(BaseLlm):
    """Answers as `answers` does, with the text of its generation as the stamp."""

    model: str = "stamped"
    text: str

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        async for partial, content in answers(self.text, llm_request.contents, stream):
            yield LlmResponse(content=content, partial=partial)


async def save_note(text: str, tool_context: ToolContext) -> dict[str, Any]:
    """Saves a note.

    Args:
        text: what to write.
    """
    tool_context.state["noted"] = text
    version = await tool_context.save_artifact("note.txt", types.Part(text=text))
    return {"version": version}


class Built:
    """A real app in memory; sessions and artifacts go on in the next one."""

    run_config = RunConfig()
    diagnostics = ()
    loaded = None

    def __init__(self, file: Path, text: str, previous: Built | None) -> None:
        self.files = frozenset({file})
        agent = LlmAgent(
            name="root", description="Stamps.", model=Stamped(text=text), tools=[save_note]
        )
        self.app = App(name="stamper", root_agent=agent)
        before = previous.runner if previous else None
        self.runner = Runner(
            app=self.app,
            session_service=before.session_service if before else InMemorySessionService(),
            artifact_service=before.artifact_service if before else InMemoryArtifactService(),
            memory_service=before.memory_service if before else InMemoryMemoryService(),
        )
        self.closed = False

    request_options = ("max_llm_calls", "labels", "get_session_config")

    async def prune(self) -> int:
        return 0

    async def close(self, keep: Built | None = None) -> None:
        self.closed = True
        await self.runner.close()


class Loader:
    """Builds an app that stamps its answers with the first line of a file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.files = frozenset({file})

    async def load(self, previous: Any) -> Built:
        text = (await asyncio.to_thread(self.file.read_text)).strip()
        if not text.startswith("v"):
            place = Span(str(self.file), 1, 1, 1, len(text) + 1)
            fault = diagnostic(place, "bad-text", f"{text!r} is no version")
            raise ConfigError("1 problem", diagnostics=[fault])
        return Built(self.file, text, previous)


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[str]:
    """Serves an ASGI application on a free port of this machine; yields its address."""
    # Clients of httpx let connections go after 5 s, too: who sends then meets a closed one.
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", timeout_keep_alive=75
    )
    server = uvicorn.Server(config)
    # Named as TCP, asyncio sends small answers at once; else each waits 40 ms for an ACK.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 (uvicorn offers no event)
            await asyncio.sleep(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        # uvicorn's own way out takes 0.2 s; `serve` and its tests take it.
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        for accepting in server.servers:
            accepting.close()


@pytest.fixture(autouse=True)
def own_meter_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenTelemetry lets a process set its provider once, which a server with metrics does."""
    monkeypatch.setattr(metrics._internal, "_METER_PROVIDER_SET_ONCE", Once())
    monkeypatch.setattr(metrics._internal, "_METER_PROVIDER", None)


@pytest.fixture
def app_file(tmp_path: Path) -> Path:
    file = tmp_path / "app.txt"
    file.write_text("v1")
    return file


@pytest.fixture
async def fleet(loader: Loader) -> AsyncIterator[Fleet]:
    fleet = Fleet([("app.txt", loader)], drain_seconds=5)
    await fleet.start()
    yield fleet
    await fleet.close()


@pytest.fixture
def live(fleet: Fleet) -> Live:
    return fleet.members[0].live


@pytest.fixture
def serving(fleet: Fleet) -> Callable[..., Any]:
    """Serves with given settings: `async with serving(tokens=("t",)) as client`."""

    @asynccontextmanager
    async def serve(**settings: Any) -> AsyncIterator[httpx.AsyncClient]:
        async with (
            listening(create_app(fleet, Settings(**settings))) as url,
            httpx.AsyncClient(base_url=url, timeout=20) as client,
        ):
            yield client

    return serve


@pytest.fixture
async def client(serving: Callable[..., Any]) -> AsyncIterator[httpx.AsyncClient]:
    async with serving() as client:
        yield client


@pytest.fixture
def run_body() -> Callable[..., dict[str, Any]]:
    """Makes the body of a run."""

    def make(text: str = "hello", session_id: str = "s1", **extra: Any) -> dict[str, Any]:
        message = {"role": "user", "parts": [{"text": text}]}
        ids = {"appName": "stamper", "userId": "ada", "sessionId": session_id}
        return {**ids, "newMessage": message, **extra}

    return make


@pytest.fixture
async def session(client: httpx.AsyncClient) -> str:
    """The path of an empty session `s1`."""
    path = "/apps/stamper/users/ada/sessions/s1"
    assert (await client.post(path)).status_code == 200
    return path


@pytest.fixture
def answers_of_the_model() -> Any:
    """What the model of the app under test says, for another runtime to say too."""
    return answers


@pytest.fixture
def loader(app_file: Path) -> Loader:
    """Builds the app of `app_file`."""
    return Loader(app_file)


@pytest.fixture
def serving_app() -> Any:
    """Serves an ASGI application: `async with serving_app(app) as client`."""

    @asynccontextmanager
    async def serve(app: Any) -> AsyncIterator[httpx.AsyncClient]:
        async with (
            listening(app) as url,
            httpx.AsyncClient(base_url=url, timeout=20) as client,
        ):
            yield client

    return serve
