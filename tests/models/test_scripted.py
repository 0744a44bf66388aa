from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from pydantic import ValidationError

from adkconf.agents import LlmAgent
from adkconf.errors import ModelError
from adkconf.models import Scripted
from adkconf.models.per_session import PerSession
from adkconf.runners import Runner
from adkconf.sessions import InMemorySessionService
from adkconf.workflow import START, Workflow
from tests.models.answers import ask, asks, said, wire_json

ALICE, BOB = ("app", "alice", "1"), ("app", "bob", "1")


async def says(model: Scripted, *contents: str, session: Any = ALICE) -> str:
    [answer] = await ask(model, asks(*contents, session_key=session))
    return said(answer)


async def test_steps_are_played_in_order_and_start_over() -> None:
    model = Scripted(steps=[{"text": "one"}, {"text": "two"}])
    assert [await says(model, "hi") for _ in range(3)] == ["one", "two", "one"]


async def test_every_session_has_its_own_place() -> None:
    model = Scripted(steps=[{"text": "one"}, {"text": "two"}])
    assert await says(model, "hi", session=ALICE) == "one"
    assert await says(model, "hi", session=BOB) == "one"
    assert await says(model, "hi", session=ALICE) == "two"


async def test_requests_without_a_session_share_one_place() -> None:
    model = Scripted(steps=[{"text": "one"}, {"text": "two"}])
    assert await says(model, "hi", "earlier", "hi", session=None) == "one"
    assert await says(model, "hi", session=None) == "two"


async def test_after_a_restart_the_session_tells_the_place_of_all_agents_with_the_model() -> None:
    steps = [
        {"call": {"name": "transfer_to_agent", "args": {"agent_name": "sub"}}},
        {"text": "two"},
        {"text": "three"},
    ]

    def runner(service: InMemorySessionService) -> Runner:
        model = Scripted(steps=steps)
        sub = LlmAgent(name="sub", model=model)
        root = LlmAgent(name="root", model=model, sub_agents=[sub])
        return Runner(app_name="app", agent=root, session_service=service)

    service = InMemorySessionService()
    before = await runner(service).run_debug("hi", quiet=True)
    after = await runner(service).run_debug("and?", quiet=True)
    assert [said(event) for event in (before[-1], after[-1])] == ["two", "three"]


async def test_after_a_restart_agents_inside_of_a_workflow_count_each_others_answers() -> None:
    def runner(service: InMemorySessionService) -> Runner:
        model = Scripted(steps=[{"text": "one"}, {"text": "two"}, {"text": "three"}])
        agents = [LlmAgent(name=name, model=model) for name in ("first", "second")]
        workflow = Workflow(name="wf", edges=[(START, *agents)])
        return Runner(app_name="app", node=workflow, session_service=service)

    service = InMemorySessionService()
    await runner(service).run_debug("hi", quiet=True)
    after = await runner(service).run_debug("and?", quiet=True)
    assert [said(event) for event in after] == ["three", "one"]


async def test_memory_rules_over_a_history_that_shows_less() -> None:
    model = Scripted(steps=[{"text": "one"}, {"text": "two"}, {"text": "three"}])
    assert [await says(model, "only this turn") for _ in range(3)] == ["one", "two", "three"]


async def test_a_step_may_think_speak_and_call_at_once() -> None:
    step = {
        "thought": "hm",
        "text": "let me see",
        "calls": [{"name": "f", "args": {"x": [1]}}, {"name": "g"}],
    }
    [answer] = await ask(Scripted(steps=[step]), asks("hi"))
    assert wire_json(answer)["content"]["parts"] == [
        {"text": "hm", "thought": True},
        {"text": "let me see"},
        {"functionCall": {"name": "f", "args": {"x": [1]}}},
        {"functionCall": {"name": "g", "args": {}}},
    ]


async def test_streaming_keeps_thoughts_apart_and_calls_whole() -> None:
    step = {"thought": "hm hm", "text": "let me", "call": {"name": "f"}}
    *fragments, whole = await ask(Scripted(steps=[step]), asks("hi"), stream=True)
    shown = [wire_json(fragment)["content"]["parts"] for fragment in fragments]
    assert shown == [
        [{"text": "hm ", "thought": True}],
        [{"text": "hm", "thought": True}],
        [{"text": "let "}],
        [{"text": "me"}],
    ]
    assert [call.name for call in whole.get_function_calls()] == ["f"]


async def test_a_tool_that_changes_its_arguments_does_not_change_the_script() -> None:
    model = Scripted(steps=[{"call": {"name": "f", "args": {"list": []}}}])
    for _ in range(2):
        [answer] = await ask(model, asks("hi"))
        [call] = answer.get_function_calls()
        assert call.args == {"list": []}
        call.args["list"].append(1)


@pytest.mark.parametrize(
    ("error", "message", "code"),
    [
        ("no luck", "no luck", None),
        ({"code": 429, "message": "slow down"}, "slow down", 429),
        ({"code": "UNAVAILABLE", "message": "later"}, "later", "UNAVAILABLE"),
    ],
)
async def test_an_error_step_fails_and_the_next_call_goes_on(
    error: Any, message: str, code: Any
) -> None:
    model = Scripted(steps=[{"error": error}, {"text": "fine"}])
    with pytest.raises(ModelError, match=message) as caught:
        await ask(model, asks("hi"))
    assert caught.value.code == code
    assert await says(model, "hi", session=None) == "fine"


async def test_a_delay_passes_before_the_answer() -> None:
    model = Scripted(steps=[{"text": "late", "delay": 0.05}])
    started = time.perf_counter()
    await ask(model, asks("hi"))
    assert time.perf_counter() - started >= 0.05


async def test_a_cancelled_delay_ends_at_once() -> None:
    task = asyncio.create_task(ask(Scripted(steps=[{"text": "x", "delay": 30}]), asks("hi")))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ([], "at least 1 item"),
        ([{"delay": 1}], "a step needs text, call, calls, thought or error"),
        ([{"txet": "a"}], "Extra inputs are not permitted"),
        ([{"text": "a", "error": "b"}], "a step with an error has nothing else but delay"),
        ([{"call": {"name": "f"}, "calls": [{"name": "g"}]}], "not both"),
        ([{"call": {"args": {}}}], "steps.0.call.name"),
        ([{"text": "a"}, {"text": "b", "delay": -1}], "steps.1.delay"),
        ([{"text": "a", "delay": float("nan")}], "finite number"),
        ([{"error": {"code": 1}}], "steps.0.error.message"),
    ],
)
def test_a_wrong_step_is_refused_with_its_place(steps: list[Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Scripted(steps=steps)


def test_the_least_recently_used_session_is_forgotten_first() -> None:
    memory: PerSession[int] = PerSession(max_sessions=2)
    for key in (ALICE, BOB, ALICE, ("app", "carol", "1")):
        memory.put(key, 1)
    assert memory.get(BOB) is None
    assert memory.get(ALICE) == 1
