"""Tools as the flow calls them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adkconf.agents import LlmAgent
from adkconf.errors import AdkconfError
from adkconf.events import Event
from adkconf.runners import InMemoryRunner
from adkconf.tools import LongRunningFunctionTool, ToolContext, exit_loop
from tests.conftest import Replies, texts


async def run(tools: list[Any], *steps: Any, **fields: Any) -> tuple[list[Event], Replies]:
    model = Replies(steps=list(steps))
    agent = LlmAgent(name="root", model=model, tools=tools, **fields)
    runner = InMemoryRunner(agent=agent)
    return await runner.run_debug("go", quiet=True), model


def boom() -> str:
    """Fails."""
    raise RuntimeError("boom!")


async def test_parallel_calls_run_at_once_and_answer_in_one_event() -> None:
    meeting = asyncio.Barrier(2)

    async def meet(name: str, tool_context: ToolContext) -> str:
        """Waits for the other."""
        await asyncio.wait_for(meeting.wait(), 5)
        tool_context.state[name] = True
        tool_context.state["both"] = {name: 1}
        return name

    events, model = await run([meet], [("meet", {"name": "x"}), ("meet", {"name": "y"})], "done")
    call, answers, final = events
    assert [c.id for c in call.get_function_calls()] == [
        r.id for r in answers.get_function_responses()
    ]
    assert answers.actions.state_delta == {"x": True, "y": True, "both": {"x": 1, "y": 1}}
    assert final.content is not None
    assert texts(model.requests[-1].contents)[1:] == [
        "model: meet() | meet()",
        "user: meet={'result': 'x'} | meet={'result': 'y'}",
    ]


async def test_failing_tool_cancels_its_siblings_and_raises_its_own_error() -> None:
    ended = []

    async def slow() -> str:
        """Takes long."""
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("cancelled")
        return "never"

    with pytest.raises(RuntimeError, match="boom!"):
        await run([slow, boom], [("slow", {}), ("boom", {})], "done")
    assert ended == ["cancelled"]


async def test_unknown_tool_is_answered_with_the_names_there_are() -> None:
    events, _ = await run([boom], [("nope", {})], "done")
    assert "boom" in events[1].get_function_responses()[0].response["error"]
    assert events[2].content is not None


async def test_error_callback_takes_the_place_of_the_error() -> None:
    def mend(tool: Any, args: Any, tool_context: Any, error: Exception) -> dict[str, str]:
        return {"mended": str(error)}

    events, _ = await run([boom], [("boom", {})], "done", on_tool_error_callback=mend)
    assert events[1].get_function_responses()[0].response == {"mended": "boom!"}


async def test_callbacks_see_and_change_arguments_and_results_but_not_the_log() -> None:
    def echo(word: str) -> dict[str, str]:
        """Repeats."""
        return {"word": word}

    async def before(tool: Any, args: dict[str, Any], tool_context: Any) -> None:
        args["word"] = args["word"].upper()

    def after(tool: Any, args: Any, tool_context: Any, tool_response: Any) -> dict[str, Any]:
        return {**tool_response, "after": True}

    events, _ = await run(
        [echo],
        [("echo", {"word": "x"})],
        "done",
        before_tool_callback=[before],
        after_tool_callback=after,
    )
    assert events[0].get_function_calls()[0].args == {"word": "x"}
    assert events[1].get_function_responses()[0].response == {"word": "X", "after": True}


async def test_long_running_tool_without_a_result_ends_the_run_until_it_is_answered() -> None:
    from google.genai import types

    def ask() -> None:
        """Asks somebody."""

    model = Replies(steps=[[("ask", {})], "thanks"])
    agent = LlmAgent(name="root", model=model, tools=[LongRunningFunctionTool(ask)])
    runner = InMemoryRunner(agent=agent)
    (event,) = await runner.run_debug("go", quiet=True)
    (call,) = event.get_function_calls()
    assert event.long_running_tool_ids == {call.id}
    answer = types.FunctionResponse(id=call.id, name="ask", response={"ok": True})
    later = await runner.run_debug([types.Part(function_response=answer)], quiet=True)
    assert later[0].invocation_id == event.invocation_id
    assert texts(model.requests[-1].contents)[-1] == "user: ask={'ok': True}"


async def test_answer_to_an_unknown_call_is_refused() -> None:
    from google.genai import types

    runner = InMemoryRunner(agent=LlmAgent(name="root", model=Replies(steps=["x"])))
    answer = types.FunctionResponse(id="gone", name="ask", response={})
    with pytest.raises(ValueError, match="gone"):
        await runner.run_debug([types.Part(function_response=answer)], quiet=True)


async def test_exit_loop_ends_the_turn_without_another_model_call() -> None:
    events, model = await run([exit_loop], [("exit_loop", {})], "never")
    assert events[-1].actions.escalate is True
    assert len(model.requests) == 1


async def test_empty_answer_is_an_error_event() -> None:
    from google.genai import types

    from adkconf.models.llm_response import LlmResponse

    silent = LlmResponse(finish_reason=types.FinishReason.STOP)
    events, _ = await run([], silent)
    assert events[0].error_code == "MODEL_RETURNED_NO_CONTENT"


async def test_changing_a_container_in_the_state_is_stored() -> None:
    def add(tool_context: ToolContext) -> int:
        """Adds."""
        tool_context.state.setdefault("list", [])
        tool_context.state["list"].append(1)
        return len(tool_context.state["list"])

    model = Replies(steps=[[("add", {})], "done"])
    runner = InMemoryRunner(agent=LlmAgent(name="root", model=model, tools=[add]))
    await runner.run_debug(["a", "b"], quiet=True)
    session = await runner.session_service.get_session(
        app_name=runner.app_name, user_id="debug_user_id", session_id="debug_session_id"
    )
    assert session is not None
    assert session.state == {"list": [1, 1]}


def test_error_tree_has_one_root() -> None:
    from adkconf import errors

    kinds = [
        v for v in vars(errors).values() if isinstance(v, type) and v.__module__ == errors.__name__
    ]
    assert all(issubclass(kind, AdkconfError) for kind in kinds)
