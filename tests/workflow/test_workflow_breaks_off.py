"""A run that broke off after any of its events comes to the same end when it is resumed."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

import pytest
from google.genai import types

from adkconf.agents import Context, LlmAgent
from adkconf.apps import App, ResumabilityConfig
from adkconf.events import Event
from adkconf.runners import InMemoryRunner
from adkconf.workflow import START, JoinNode, Workflow, node
from tests.conftest import Replies
from tests.workflow.conftest import IDS, outputs


def text(node_input: str) -> str:
    return node_input


def letters(node_input: str) -> list[str]:
    return list(node_input)


def upper(node_input: str) -> str:
    return node_input.upper()


@node(rerun_on_resume=True)
async def boss(ctx: Context, node_input: str) -> str:
    first = await ctx.run_node(upper, node_input)
    return first + str(await ctx.run_node(upper, first))


def longer(node_input: Any) -> Event:
    said = "".join(map(str, node_input.values())) if isinstance(node_input, dict) else node_input
    return Event(route="more" if len(said) < 40 else "done", output=said)


def root() -> Workflow:
    writer = LlmAgent(name="writer", model=Replies(steps=["written"]))
    inner = Workflow(name="inner", edges=[(START, text, writer)])
    worker = node(upper, name="worker", parallel_worker=True)
    join, again = JoinNode(name="join"), node(lambda node_input: node_input * 2, name="again")
    return Workflow(
        name="wf",
        edges=[
            (START, node(text, name="begin"), (boss, inner, letters)),
            (letters, worker),
            ((boss, inner, worker), join, longer, {"more": again, "done": node(text, name="end")}),
            (again, longer),
        ],
    )


def runner() -> InMemoryRunner:
    config = ResumabilityConfig(is_resumable=True)
    made = InMemoryRunner(app=App(name="demo", root_agent=root(), resumability_config=config))
    made.auto_create_session = True
    return made


async def play(run: InMemoryRunner, limit: int, **arguments: Any) -> list[Event]:
    events: list[Event] = []
    async with aclosing(run.run_async(**arguments, **IDS)) as running:
        async for event in running:
            events.append(event)
            if len(events) == limit:
                break
    return events


HI = types.Content(role="user", parts=[types.Part(text="hi")])
WHOLE = 42


async def test_the_whole_run() -> None:
    events = await play(runner(), 0, new_message=HI)
    assert len(events) == WHOLE
    assert outputs(events)[-1] == "HIHIwritten['H', 'I']" * 2


@pytest.mark.parametrize("limit", range(1, WHOLE))
async def test_a_run_that_broke_off_comes_to_the_same_end(limit: int) -> None:
    run = runner()
    events = await play(run, limit, new_message=HI)
    rest = await play(run, 0, invocation_id=events[0].invocation_id)
    assert outputs([*events, *rest])[-1] == "HIHIwritten['H', 'I']" * 2
