"""Runs that are paused, broken off, and taken up again."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from adkconf.agents import BaseAgent, LlmAgent, LoopAgent, ParallelAgent, SequentialAgent
from adkconf.apps import App, ResumabilityConfig
from adkconf.errors import InvocationNotFoundError
from adkconf.events import Event
from adkconf.runners import InMemoryRunner
from adkconf.tools import LongRunningFunctionTool
from tests.conftest import Replies, says

IDS = {"user_id": "u", "session_id": "s"}


def ask(what: str) -> None:
    """Asks somebody."""


def agent(name: str, *steps: Any, **fields: Any) -> LlmAgent:
    tools = [LongRunningFunctionTool(ask), *fields.pop("tools", [])]
    return LlmAgent(name=name, model=Replies(steps=list(steps)), tools=tools, **fields)


ASK = [("ask", {"what": "x"})]


class Run:
    """A session of a resumable app, its events as short texts."""

    def __init__(self, root: BaseAgent, *, resumable: bool = True) -> None:
        config = ResumabilityConfig(is_resumable=resumable)
        app = App(name="demo", root_agent=root, resumability_config=config)
        self.runner = InMemoryRunner(app=app)
        self.last: Event | None = None
        self.call: types.FunctionCall | None = None

    async def start(self) -> list[str]:
        await self.runner.session_service.create_session(app_name="demo", **IDS)
        return await self._play(new_message=says("hi", "user"))

    async def answer(self, **arguments: Any) -> list[str]:
        assert self.call is not None
        response = types.FunctionResponse(id=self.call.id, name="ask", response={"ok": 1})
        message = types.Content(role="user", parts=[types.Part(function_response=response)])
        return await self._play(new_message=message, **arguments)

    async def resume(self) -> list[str]:
        assert self.last is not None
        return await self._play(invocation_id=self.last.invocation_id)

    async def _play(self, **arguments: Any) -> list[str]:
        lines = []
        async for event in self.runner.run_async(**IDS, **arguments):
            self.last = event
            for call in event.get_function_calls():
                self.call = call if call.name == "ask" else self.call
            lines.append(_line(event))
        return lines


def _line(event: Event) -> str:
    if event.actions.end_of_agent:
        return f"{event.author} ends"
    if event.actions.agent_state is not None:
        return f"{event.author} at {'/'.join(str(v) for v in event.actions.agent_state.values())}"
    if event.get_function_calls():
        return f"{event.author} calls"
    if event.get_function_responses():
        return f"{event.author} gets"
    return f"{event.author}: {event.message.parts[0].text if event.message else event.error_code}"


async def test_paused_agent_goes_on_with_the_answer() -> None:
    run = Run(agent("a", ASK, "thanks"))
    assert await run.start() == ["a calls"]
    assert await run.resume() == []
    assert await run.answer() == ["a: thanks", "a ends"]
    assert await run.resume() == []


async def test_first_answer_of_a_long_running_tool_does_not_end_the_wait() -> None:
    def order(what: str) -> dict[str, str]:
        """Orders something."""
        return {"status": "ordered"}

    order.__name__ = "ask"
    tools = [LongRunningFunctionTool(order)]
    first = LlmAgent(name="a", model=Replies(steps=[ASK, "wait", "thanks"]), tools=tools)
    run = Run(SequentialAgent(name="seq", sub_agents=[first, agent("b", "then")]))
    assert await run.start() == ["seq at a", "a calls", "a gets", "a: wait"]
    assert await run.resume() == []
    assert await run.answer() == [
        "a: thanks",
        "a ends",
        "seq at b",
        "b: then",
        "b ends",
        "seq ends",
    ]


async def test_sequence_goes_on_behind_the_paused_agent() -> None:
    children = [agent("a", "one"), agent("b", ASK, "two"), agent("c", "three")]
    run = Run(SequentialAgent(name="seq", sub_agents=children))
    assert await run.start() == ["seq at a", "a: one", "a ends", "seq at b", "b calls"]
    assert await run.answer() == [
        "b: two",
        "b ends",
        "seq at c",
        "c: three",
        "c ends",
        "seq ends",
    ]
    assert await run.resume() == []


async def test_loop_goes_on_in_its_round() -> None:
    children = [agent("a", "a0", ASK, "a1"), agent("b", "b0", "b1")]
    run = Run(LoopAgent(name="loop", max_iterations=2, sub_agents=children))
    assert (await run.start())[-2:] == ["loop at a/1", "a calls"]
    assert await run.answer() == ["a: a1", "a ends", "loop at b/1", "b: b1", "b ends", "loop ends"]


async def test_parallel_branch_that_ended_is_not_run_again() -> None:
    paused, done = agent("a", ASK, "after"), agent("b", "b")
    run = Run(ParallelAgent(name="par", sub_agents=[paused, done]))
    started = await run.start()
    assert "b ends" in started
    assert "par ends" not in started
    assert await run.answer() == ["a: after", "a ends", "par ends"]
    assert len(done.model.requests) == 1


async def test_nested_workflows_pause_and_go_on_as_one() -> None:
    inner = SequentialAgent(name="inner", sub_agents=[agent("a", ASK, "one"), agent("b", "two")])
    outer = SequentialAgent(name="outer", sub_agents=[inner, agent("c", "three")])
    run = Run(outer)
    assert await run.start() == ["outer at inner", "inner at a", "a calls"]
    lines = await run.answer()
    assert lines[-4:] == ["outer at c", "c: three", "c ends", "outer ends"]


async def test_agent_that_was_handed_the_conversation_goes_on() -> None:
    hand_over = [("transfer_to_agent", {"agent_name": "sub"})]
    back = [("transfer_to_agent", {"agent_name": "root"})]
    root = agent("root", hand_over, "root again", sub_agents=[agent("sub", ASK, back)])
    run = Run(root)
    assert await run.start() == ["root calls", "root gets", "root ends", "sub calls"]
    assert await run.answer() == [
        "sub calls",
        "sub gets",
        "sub ends",
        "root: root again",
        "root ends",
    ]


async def test_run_that_broke_off_in_a_tool_runs_it_again() -> None:
    attempts = []

    def fragile() -> str:
        """Fails the first time."""
        attempts.append(1)
        if len(attempts) == 1:
            raise ConnectionError("lost")
        return "fine"

    children = [agent("a", "one"), agent("b", [("fragile", {})], "two", tools=[fragile])]
    run = Run(SequentialAgent(name="seq", sub_agents=children))
    with pytest.raises(ConnectionError):
        await run.start()
    assert await run.resume() == ["b gets", "b: two", "b ends", "seq ends"]
    assert len(attempts) == 2
    assert len(children[0].model.requests) == 1


async def test_app_that_is_not_resumable_says_so_and_leaves_no_checkpoints() -> None:
    run = Run(SequentialAgent(name="seq", sub_agents=[agent("a", "one")]), resumable=False)
    assert await run.start() == ["a: one"]
    with pytest.raises(ValueError, match="not resumable"):
        await run.resume()


async def test_unknown_invocation_is_refused() -> None:
    run = Run(agent("a", "one"))
    await run.start()
    with pytest.raises(InvocationNotFoundError, match="gone"):
        await run._play(invocation_id="gone")
