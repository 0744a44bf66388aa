"""Tools that a person has to allow."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LlmAgent
from adkconf.events import Event
from adkconf.runners import InMemoryRunner
from adkconf.tools import FunctionTool, ToolContext
from tests.conftest import Replies, texts

PAID: list[int] = []


def pay(amount: int) -> dict[str, int]:
    """Pays."""
    PAID.append(amount)
    return {"paid": amount}


async def asked(tool: Any, amount: int = 3) -> tuple[InMemoryRunner, list[Event]]:
    PAID.clear()
    model = Replies(steps=[[("pay", {"amount": amount})], "done"])
    runner = InMemoryRunner(LlmAgent(name="root", model=model, tools=[tool]))
    return runner, await runner.run_debug("go", quiet=True)


async def decide(runner: InMemoryRunner, question: Event, answer: dict[str, Any]) -> list[Event]:
    (call,) = question.get_function_calls()
    response = types.FunctionResponse(id=call.id, name=call.name, response=answer)
    return await runner.run_debug([types.Part(function_response=response)], quiet=True)


@pytest.mark.parametrize("form", ["plain", "web"])
async def test_confirmed_tool_runs_and_the_model_sees_only_its_result(form: str) -> None:
    runner, (call, question, waiting) = await asked(FunctionTool(pay, require_confirmation=True))
    assert PAID == []
    assert waiting.actions.skip_summarization
    answer = {"confirmed": True}
    events = await decide(
        runner, question, {"response": json.dumps(answer)} if form == "web" else answer
    )
    assert PAID == [3]
    assert events[0].get_function_responses()[0].id == call.get_function_calls()[0].id
    assert texts(runner.agent.model.requests[-1].contents) == [
        "user: go",
        "model: pay()",
        "user: pay={'paid': 3}",
    ]


async def test_rejected_tool_does_not_run() -> None:
    runner, (_, question, _) = await asked(FunctionTool(pay, require_confirmation=True))
    events = await decide(runner, question, {"confirmed": False})
    assert PAID == []
    assert "rejected" in events[0].get_function_responses()[0].response["error"]


@pytest.mark.parametrize(("amount", "questions"), [(1, 0), (100, 1)])
async def test_confirmation_may_depend_on_the_arguments(amount: int, questions: int) -> None:
    def large(amount: int) -> bool:
        return amount > 10

    _, events = await asked(FunctionTool(pay, require_confirmation=large), amount)
    assert sum(bool(event.long_running_tool_ids) for event in events) == questions


async def test_tool_may_ask_for_itself_and_gets_the_payload() -> None:
    def pay(amount: int, tool_context: ToolContext) -> Any:
        """Pays."""
        if tool_context.tool_confirmation is None:
            tool_context.request_confirmation(hint="sure?", payload={"limit": 0})
            return {"status": "asked"}
        return tool_context.tool_confirmation.payload

    runner, events = await asked(pay)
    (question,) = [event for event in events if event.long_running_tool_ids]
    assert question.get_function_calls()[0].args["toolConfirmation"]["hint"] == "sure?"
    later = await decide(runner, question, {"confirmed": True, "payload": {"limit": 5}})
    assert later[0].get_function_responses()[0].response == {"limit": 5}


async def test_tool_that_asks_again_after_the_answer_is_asked_for_again() -> None:
    def pay(amount: int, tool_context: ToolContext) -> Any:
        """Pays."""
        answer = tool_context.tool_confirmation
        if answer is None or not answer.payload:
            tool_context.request_confirmation(hint="how?")
            return {"status": "asked"}
        return answer.payload

    runner, events = await asked(pay)
    (question,) = [event for event in events if event.long_running_tool_ids]
    later = await decide(runner, question, {"confirmed": True})
    assert later[0].get_function_calls()[0].name == "adk_request_confirmation"
    assert later[1].get_function_responses()[0].response == {"status": "asked"}
