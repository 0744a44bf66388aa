"""Runs that are not live but served by the Live API, for compositional function calling."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LlmAgent, RunConfig
from adkconf.agents.run_config import StreamingMode
from adkconf.models.llm_response import LlmResponse
from tests.conftest import Replies, says
from tests.live.conversation import MODEL, Conversation, shown
from tests.wire.gemini_live_server import COMPLETE, GeminiLiveServer, LiveCall, Script, calls, text

CALL = calls(("1", "double", {"number": 2}))


def double(number: int) -> int:
    """Doubles."""
    return 2 * number


async def run(agent: LlmAgent, **config: Any) -> list[str]:
    talk = await Conversation.start(agent)
    message = types.Content(role="user", parts=[types.Part(text="Double 2")])
    try:
        return shown(
            [
                event
                async for event in talk.runner.run_async(
                    user_id="u",
                    session_id="s",
                    new_message=message,
                    run_config=RunConfig(support_cfc=True, **config),
                )
            ]
        )
    finally:
        await talk.runner.close()


def calling(*, completes: bool) -> Script:
    """Calls, and answers when it has the result; some models complete the turn of the call."""

    async def script(call: LiveCall) -> None:
        turns = (await call.hear("clientContent"))["turns"]
        assert turns == [{"role": "user", "parts": [{"text": "Double 2"}]}]
        await call.say(CALL, *([COMPLETE] if completes else []))
        await call.hear("toolResponse")
        await call.say(text("It "), text("is 4"), COMPLETE)
        await call.until_closed()

    return script


@pytest.mark.parametrize("model", [MODEL, "gemini-3.1-flash-live-preview"])
async def test_one_answer_takes_as_many_calls_as_it_needs(
    live_server: GeminiLiveServer, model: str
) -> None:
    live_server.put(calling(completes=model == MODEL))
    agent = LlmAgent(name="root", model=model, tools=[double])
    said = [line for line in await run(agent) if line != "root: turn_complete"]
    assert said == ["root: double()", "root: double={'result': 4}", "root: 'It is 4'"]
    modalities = live_server.calls[0].setup["generationConfig"]["responseModalities"]
    assert modalities == ["TEXT"]


async def test_fragments_come_where_they_are_asked_for(live_server: GeminiLiveServer) -> None:
    live_server.put(calling(completes=True))
    agent = LlmAgent(name="root", model=MODEL, tools=[double])
    said = await run(agent, streaming_mode=StreamingMode.SSE)
    assert "root: 'It ' partial" in said


async def test_callbacks_may_answer_before_and_after(live_server: GeminiLiveServer) -> None:
    def instead(**_: Any) -> LlmResponse:
        return LlmResponse(content=says("No"))

    assert await run(LlmAgent(name="root", model=MODEL, before_model_callback=instead)) == [
        "root: 'No'"
    ]
    assert not live_server.calls

    async def script(call: LiveCall) -> None:
        await call.say(text("Yes"), COMPLETE)
        await call.until_closed()

    live_server.put(script)
    said = await run(LlmAgent(name="root", model=MODEL, after_model_callback=instead))
    assert said == ["root: 'No'", "root: turn_complete"]


async def test_the_echo_serves_it_offline() -> None:
    said = await run(LlmAgent(name="root", model="echo"))
    assert said == ["root: 'Double 2'", "root: turn_complete"]


async def test_a_model_without_live_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="CFC is not supported for model: replies in agent: root"):
        await run(LlmAgent(name="root", model=Replies(steps=["x"])))
