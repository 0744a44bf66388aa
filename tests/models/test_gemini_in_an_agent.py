"""Gemini at work: an agent, its tools and a runner, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LlmAgent
from adkconf.agents.run_config import RunConfig, StreamingMode
from adkconf.errors import ModelError
from adkconf.events import Event
from adkconf.runners import InMemoryRunner
from tests.wire.gemini_server import Answer, GeminiServer, call, calls, chunk, refuses, says, text


def weather(city: str) -> dict[str, str]:
    """Tells the weather of a city."""
    return {"sky": f"blue over {city}"}


@pytest.fixture
async def runner(gemini_server: GeminiServer) -> AsyncIterator[InMemoryRunner]:
    agent = LlmAgent(name="root", model="gemini-2.5-flash", instruction="Help.", tools=[weather])
    async with InMemoryRunner(agent=agent) as runner:
        runner.auto_create_session = True
        yield runner


async def turn(
    runner: InMemoryRunner, words: str, *, stream: bool = False, **options: Any
) -> list[Event]:
    mode = StreamingMode.SSE if stream else StreamingMode.NONE
    config = RunConfig(streaming_mode=mode, **options)
    events = runner.run_async(
        user_id="u", session_id="s", new_message=types.UserContent(words), run_config=config
    )
    return [event async for event in events]


@pytest.mark.parametrize("stream", [False, True])
async def test_a_tool_call_comes_back_to_the_model(
    gemini_server: GeminiServer, runner: InMemoryRunner, stream: bool
) -> None:
    gemini_server.put(calls("weather", {"city": "Rome"}), says("It is ", "blue."))
    *_, last = await turn(runner, "How is the weather in Rome?", stream=stream)
    assert "".join(part.text or "" for part in last.content.parts) == "It is blue."
    assert last.usage_metadata.total_token_count == 12
    question, called, answered = gemini_server.requests[1].body["contents"]
    assert question["parts"] == [{"text": "How is the weather in Rome?"}]
    assert called["parts"][0]["functionCall"]["name"] == "weather"
    response = answered["parts"][0]["functionResponse"]
    assert response["response"] == {"sky": "blue over Rome"}
    assert "adk-" not in str(gemini_server.requests[1].body)
    assert "labels" not in gemini_server.requests[1].body


async def test_the_tier_of_a_run_is_asked_for(
    gemini_server: GeminiServer, runner: InMemoryRunner
) -> None:
    gemini_server.put(says("hello"))
    await turn(runner, "hi", service_tier="flex")
    assert gemini_server.requests[0].body["serviceTier"] == "flex"


async def test_fragments_and_the_whole_answer_are_one_event(
    gemini_server: GeminiServer, runner: InMemoryRunner
) -> None:
    gemini_server.put(
        Answer([chunk(text("see")), chunk(call("weather", {"city": "Rome"}), finish="STOP")]),
        says("Hel", "lo"),
    )
    events = await turn(runner, "hi", stream=True)
    assert [event.partial for event in events] == [True, True, False, None, True, True, False]
    assert len({event.id for event in events[:3]}) == 1
    fragment, whole = events[1].get_function_calls(), events[2].get_function_calls()
    assert fragment[0].id == whole[0].id


async def test_a_conversation_goes_on_with_its_history(
    gemini_server: GeminiServer, runner: InMemoryRunner
) -> None:
    gemini_server.put(says("one"), says("two"))
    await turn(runner, "first")
    await turn(runner, "second")
    sent = gemini_server.requests[1].body["contents"]
    assert [content["parts"][0]["text"] for content in sent] == ["first", "one", "second"]


async def test_a_failure_of_the_service_names_the_model(
    gemini_server: GeminiServer, runner: InMemoryRunner
) -> None:
    gemini_server.put(refuses(429, "RESOURCE_EXHAUSTED", "too fast"), says("fine now"))
    with pytest.raises(ModelError, match="'gemini-2.5-flash': the service answered 429"):
        await turn(runner, "hi")
    assert (await turn(runner, "again"))[-1].content.parts[0].text == "fine now"


async def test_a_run_in_another_thread_leaves_nothing_open(
    gemini_server: GeminiServer, runner: InMemoryRunner
) -> None:
    gemini_server.fallback = lambda _: says("fine")
    await turn(runner, "hi")
    [event] = list(runner.run(user_id="u", session_id="t", new_message=types.UserContent("hi")))
    assert event.content.parts[0].text == "fine"
