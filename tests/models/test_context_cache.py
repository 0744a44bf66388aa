"""Explicit context caches, made and used over HTTP."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LlmAgent
from adkconf.agents.context_cache_config import ContextCacheConfig
from adkconf.agents.run_config import RunConfig, StreamingMode
from adkconf.apps import App
from adkconf.events import Event
from adkconf.models import Gemini
from adkconf.runners import InMemoryRunner
from tests.conftest import Replies
from tests.conftest import says as content
from tests.wire.fixtures import CANARY_KEY
from tests.wire.gemini_server import GeminiServer, calls, refuses, says

IDS = {"user_id": "u", "session_id": "s"}
LARGE = (5000, 5)
SMALL = (50, 5)


def lookup(word: str) -> str:
    """Looks a word up."""
    return word


@pytest.fixture
async def gemini(gemini_server: GeminiServer) -> AsyncIterator[Gemini]:
    gemini_server.fallback = lambda _: says("fine", usage=LARGE)
    model = Gemini(model="gemini-2.5-flash")
    yield model
    await model.close()


async def start(model: Any, instruction: str = "Be brief.", **cache: Any) -> InMemoryRunner:
    app = App(
        name="demo",
        root_agent=LlmAgent(name="chat", model=model, instruction=instruction, tools=[lookup]),
        context_cache_config=ContextCacheConfig(**cache),
    )
    runner = InMemoryRunner(app=app)
    await runner.session_service.create_session(app_name="demo", **IDS)
    return runner


async def turn(
    runner: InMemoryRunner, text: str = "hi " * 50, run_config: Any = None, **run: Any
) -> Event:
    """Runs a turn and returns its last event."""
    message = content(text, "user")
    config = run_config or RunConfig(**run)
    events = runner.run_async(**IDS, new_message=message, run_config=config)
    return [event async for event in events][-1]


async def test_second_turn_makes_a_cache_and_the_next_ones_use_it(
    gemini_server: GeminiServer, gemini: Gemini
) -> None:
    runner = await start(gemini)
    events = [await turn(runner) for _ in range(3)]
    assert gemini_server.cache_calls == ["create"]
    first, second, third = gemini_server.requests
    assert first.body["systemInstruction"]
    assert "cachedContent" not in first.body
    for request in (second, third):
        assert request.body["cachedContent"] == "cachedContents/1"
        assert not {"systemInstruction", "tools", "toolConfig"} & set(request.body)
    assert [len(request.body["contents"]) for request in (first, second, third)] == [1, 1, 3]
    told = [event.cache_metadata for event in events]
    assert [each and each.invocations_used for each in told] == [None, 1, 2]
    assert [each and each.contents_count for each in told] == [0, 2, 2]


async def test_cache_holds_instruction_tools_and_the_settled_contents(
    gemini_server: GeminiServer, gemini: Gemini
) -> None:
    runner = await start(gemini, ttl_seconds=77)
    await turn(runner, "first " * 50)
    event = await turn(runner)
    (cache,) = gemini_server.caches.values()
    assert cache["model"] == "models/gemini-2.5-flash"
    assert cache["ttl"] == "77s"
    assert "Be brief." in cache["systemInstruction"]["parts"][0]["text"]
    assert cache["tools"][0]["functionDeclarations"][0]["name"] == "lookup"
    assert [each["role"] for each in cache["contents"]] == ["user", "model"]
    metadata = event.cache_metadata
    assert metadata is not None
    assert metadata.expire_time is not None
    assert metadata.created_at is not None
    assert 70 < metadata.expire_time - metadata.created_at < 80


async def test_calls_of_one_run_count_as_one_use(
    gemini_server: GeminiServer, gemini: Gemini
) -> None:
    runner = await start(gemini)
    await turn(runner)
    await turn(runner)
    gemini_server.put(calls("lookup", {"word": "x"}), says("done", usage=LARGE))
    event = await turn(runner)
    assert event.cache_metadata is not None
    assert event.cache_metadata.invocations_used == 2


async def test_cache_is_renewed_after_its_runs(gemini_server: GeminiServer, gemini: Gemini) -> None:
    runner = await start(gemini, cache_intervals=2)
    events = [await turn(runner) for _ in range(4)]
    assert gemini_server.cache_calls == ["create", "delete cachedContents/1", "create"]
    assert list(gemini_server.caches) == ["cachedContents/2"]
    assert [e.cache_metadata and e.cache_metadata.contents_count for e in events] == [0, 2, 2, 6]


async def test_cache_is_renewed_when_it_has_expired(
    gemini_server: GeminiServer, gemini: Gemini
) -> None:
    runner = await start(gemini, ttl_seconds=1)
    await turn(runner)
    await turn(runner)
    await asyncio.sleep(1.1)
    await turn(runner)
    assert gemini_server.cache_calls == ["create", "delete cachedContents/1", "create"]


@pytest.mark.parametrize("change", ["instruction", "tools", "contents"])
async def test_cache_is_deleted_when_the_beginning_changes(
    gemini_server: GeminiServer, gemini: Gemini, change: str
) -> None:
    runner = await start(gemini)
    await turn(runner)
    event = await turn(runner)
    agent = runner.agent
    assert isinstance(agent, LlmAgent)
    if change == "instruction":
        agent.instruction = "Be long."
    elif change == "tools":
        agent.tools = []
    else:
        await runner.rewind_async(**IDS, rewind_before_invocation_id=event.invocation_id)
        agent.include_contents = "none"
    third = await turn(runner)
    assert gemini_server.cache_calls == ["create", "delete cachedContents/1"]
    assert "cachedContent" not in gemini_server.requests[-1].body
    assert third.cache_metadata is not None
    assert third.cache_metadata.cache_name is None


@pytest.mark.parametrize(
    ("usage", "cache"), [(SMALL, {}), (LARGE, {"min_tokens": 5001}), ((2048, 1), {})]
)
async def test_small_prompts_are_not_cached(
    gemini_server: GeminiServer, gemini: Gemini, usage: tuple[int, int], cache: dict[str, Any]
) -> None:
    gemini_server.fallback = lambda _: says("fine", usage=usage)
    runner = await start(gemini, **cache)
    for _ in range(3):
        await turn(runner)
    assert gemini_server.cache_calls == []


async def test_without_a_cache_the_request_goes_out_whole(
    gemini_server: GeminiServer, gemini: Gemini, caplog: pytest.LogCaptureFixture
) -> None:
    why = f"too small, key {CANARY_KEY}"
    gemini_server.refuse_caches = refuses(400, "INVALID_ARGUMENT", why)
    runner = await start(gemini)
    await turn(runner)
    event = await turn(runner)
    assert event.content is not None
    assert len(gemini_server.requests[-1].body["contents"]) == 3
    assert "no context cache was made" in caplog.text
    assert CANARY_KEY not in caplog.text
    assert event.cache_metadata is not None
    assert event.cache_metadata.cache_name is None


@pytest.mark.parametrize("mode", [StreamingMode.NONE, StreamingMode.SSE])
async def test_a_cache_that_is_gone_is_done_without(
    gemini_server: GeminiServer, gemini: Gemini, mode: StreamingMode
) -> None:
    runner = await start(gemini)
    await turn(runner)
    await turn(runner)
    gemini_server.caches.clear()
    event = await turn(runner, streaming_mode=mode)
    assert event.error_code is None
    assert "systemInstruction" in gemini_server.requests[-1].body
    assert event.cache_metadata is not None
    assert event.cache_metadata.cache_name is None
    await turn(runner)
    assert list(gemini_server.caches) == ["cachedContents/2"]


async def test_streamed_answers_tell_their_cache_at_the_end(
    gemini_server: GeminiServer, gemini: Gemini
) -> None:
    runner = await start(gemini)
    await turn(runner)
    gemini_server.put(says("a ", "b", usage=LARGE))
    message = content("hi " * 50, "user")
    config = RunConfig(streaming_mode=StreamingMode.SSE)
    run = runner.run_async(**IDS, new_message=message, run_config=config)
    events = [event async for event in run]
    told = [event.cache_metadata and event.cache_metadata.cache_name for event in events]
    assert told == [*[None] * (len(events) - 1), "cachedContents/1"]


async def test_names_of_files_do_not_go_into_a_cache(
    gemini_server: GeminiServer, gemini: Gemini
) -> None:
    runner = await start(gemini)
    blob = types.Blob(data=b"x", mime_type="text/plain", display_name="a.txt")
    parts = [types.Part(text="look " * 50), types.Part(inline_data=blob)]
    message = types.Content(role="user", parts=parts)
    async for _ in runner.run_async(**IDS, new_message=message):
        pass
    await turn(runner)
    (cache,) = gemini_server.caches.values()
    assert "displayName" not in cache["contents"][0]["parts"][1]["inlineData"]


async def test_every_model_is_told_of_the_config() -> None:
    model = Replies(steps=["ok"])
    runner = await start(model, min_tokens=5)
    await turn(runner)
    assert model.requests[0].cache_config == ContextCacheConfig(min_tokens=5)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("root", ["adkconf", "google.adk"])
async def test_google_adk_makes_and_deletes_the_same_caches(
    gemini_server: GeminiServer, root: str
) -> None:
    def find(module: str, name: str) -> Any:
        return getattr(importlib.import_module(f"{root}.{module}"), name)

    pytest.importorskip(root)
    gemini_server.fallback = lambda _: says("fine", usage=LARGE)
    instruction = ["Be brief."]
    model = find("models.google_llm", "Gemini")(model="gemini-2.5-flash")
    agent = find("agents", "LlmAgent")(
        name="chat", model=model, instruction=lambda _: instruction[-1]
    )
    config = find("agents.context_cache_config", "ContextCacheConfig")(cache_intervals=3)
    app = find("apps", "App")(name="demo", root_agent=agent, context_cache_config=config)
    runner = find("runners", "InMemoryRunner")(app=app)
    await runner.session_service.create_session(app_name="demo", **IDS)
    used = []
    for number in range(9):
        if number == 6:
            instruction.append("Be long.")
        event = await turn(runner, run_config=find("agents.run_config", "RunConfig")())
        used.append((event.cache_metadata.contents_count, event.cache_metadata.invocations_used))
    await model.api_client.aio.aclose()
    await runner.close()
    sizes = [len(request.body["contents"]) for request in gemini_server.requests]
    assert sizes == [1, 1, 3, 5, 1, 3, 13, 1, 3]
    assert used == [(0, None), (2, 1), (2, 2), (2, 3), (8, 1), (8, 2), (12, None), (14, 1), (14, 2)]
    assert gemini_server.cache_calls == [
        "create",
        "delete cachedContents/1",
        "create",
        "delete cachedContents/2",
        "create",
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"cache_intervals": 0},
        {"cache_intervals": 101},
        {"ttl_seconds": 0},
        {"min_tokens": -1},
        {"ttl": 5},
    ],
)
def test_settings_out_of_bounds_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        ContextCacheConfig(**fields)


def test_settings_are_google_adks_by_default() -> None:
    config = ContextCacheConfig()
    assert config.model_dump() == {
        "cache_intervals": 10,
        "ttl_seconds": 1800,
        "min_tokens": 0,
        "create_http_options": None,
    }
