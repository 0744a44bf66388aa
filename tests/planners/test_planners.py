"""Plans: asked for, told from answers, shown again."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LlmAgent
from adkconf.models.llm_response import LlmResponse
from adkconf.planners import BasePlanner, BuiltInPlanner, PlanReActPlanner
from adkconf.runners import InMemoryRunner
from tests.conftest import Replies


def text(text: str, **fields: Any) -> types.Part:
    return types.Part(text=text, **fields)


def call(name: str | None) -> types.Part:
    return types.Part(function_call=types.FunctionCall(name=name))


def sort_out(*parts: types.Part) -> list[types.Part] | None:
    return PlanReActPlanner().process_planning_response(None, list(parts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([text("/*PLANNING*/ a /*ACTION*/ b")], [text(" a  b", thought=True)]),
        (
            [text("/*REASONING*/ a /*FINAL_ANSWER*/ b")],
            [text(" a ", thought=True), text(" b")],
        ),
        ([text("/*FINAL_ANSWER*/b")], [text("b")]),
        ([text("a /*PLANNING*/")], [text("a /*PLANNING*/")]),
        ([call(""), call("x"), call(None), text("late"), call("y")], [call("x"), call(None)]),
        ([call("")], None),
    ],
    ids=["thought", "answer", "answer only", "tag inside", "calls", "nothing left"],
)
def test_answers_are_sorted_out(parts: list[types.Part], expected: Any) -> None:
    assert sort_out(*parts) == expected


def test_signatures_of_thoughts_are_kept() -> None:
    (part,) = sort_out(text("/*PLANNING*/x", thought_signature=b"s")) or []
    assert part.thought_signature == b"s"


async def ask(planner: BasePlanner, *steps: Any, messages: int = 1, **agent: Any) -> Any:
    model = Replies(steps=list(steps))
    runner = InMemoryRunner(LlmAgent(name="root", model=model, planner=planner, **agent))
    events = await runner.run_debug(["hi"] * messages, quiet=True)
    return events, model.requests, runner


async def test_plan_is_asked_for_and_shown_again_as_text() -> None:
    _, requests, _ = await ask(
        PlanReActPlanner(), "/*PLANNING*/ one /*FINAL_ANSWER*/ two", messages=2
    )
    assert "/*REPLANNING*/" in requests[0].config.system_instruction
    parts = requests[1].contents[1].parts
    assert [(part.text, part.thought) for part in parts] == [(" one ", None), (" two", None)]


async def test_log_keeps_thoughts_as_thoughts() -> None:
    events, _, runner = await ask(PlanReActPlanner(), "/*PLANNING*/ one", messages=2)
    assert events[0].content.parts[0].thought
    session = await runner.session_service.get_session(
        app_name=runner.app_name, user_id="debug_user_id", session_id="debug_session_id"
    )
    assert all(e.content.parts[0].thought for e in session.events if e.author == "root")


async def test_thinking_config_goes_into_requests_and_not_into_the_agent() -> None:
    own = types.GenerateContentConfig(thinking_config=types.ThinkingConfig(thinking_budget=1))
    planner = BuiltInPlanner(thinking_config=types.ThinkingConfig(thinking_budget=7))
    _, requests, _ = await ask(planner, "x", generate_content_config=own)
    assert requests[0].config.thinking_config.thinking_budget == 7
    assert own.thinking_config.thinking_budget == 1


async def test_state_that_a_planner_writes_is_stored_with_the_answer() -> None:
    class Counting(BuiltInPlanner):
        def process_planning_response(self, callback_context: Any, response_parts: Any) -> None:
            callback_context.state["parts"] = len(response_parts)

    (event,), _, _ = await ask(Counting(thinking_config=types.ThinkingConfig()), "x")
    assert event.actions.state_delta == {"parts": 1}


async def test_answers_without_content_pass_by() -> None:
    silent = LlmResponse(error_code="SAFETY", error_message="no")
    (event,), _, _ = await ask(PlanReActPlanner(), silent)
    assert event.error_code == "SAFETY"


def test_planner_must_be_one() -> None:
    with pytest.raises(ValueError, match="BasePlanner"):
        LlmAgent(name="root", planner="plan")
