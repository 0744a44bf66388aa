"""Agents and their place in a tree."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from google.genai import types

from adkconf.agents import BaseAgent, InvocationContext, LlmAgent, LoopAgent, ParallelAgent
from adkconf.events import Event
from adkconf.models import Echo
from adkconf.runners import InMemoryRunner
from tests.conftest import Replies


class Saying(BaseAgent):
    """An agent as a user writes one."""

    words: list[str] = []
    pause: float = 0

    async def _run_async_impl(self, ctx: InvocationContext) -> AsyncGenerator[Event, None]:
        for word in self.words:
            await asyncio.sleep(self.pause)
            yield Event(
                invocation_id=ctx.invocation_id, author=self.name, branch=ctx.branch, message=word
            )


@pytest.mark.parametrize(
    ("name", "told"), [("user", "reserved"), ("two words", "identifier"), ("", "identifier")]
)
def test_unusable_names_are_refused(name: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        LlmAgent(name=name)


def test_agent_has_one_parent_and_clone_has_none() -> None:
    child = LlmAgent(name="child")
    first = LlmAgent(name="first", sub_agents=[child])
    with pytest.raises(ValueError, match="already has the parent 'first'"):
        LlmAgent(name="second", sub_agents=[child])
    copy = first.clone({"name": "copy"})
    assert copy.sub_agents[0] is not child
    assert copy.sub_agents[0].parent_agent is copy
    assert child.parent_agent is first
    with pytest.raises(ValueError, match="no field nam"):
        first.clone({"nam": "x"})


def test_agents_are_found_by_name() -> None:
    leaf = LlmAgent(name="leaf")
    root = LlmAgent(name="root", sub_agents=[LlmAgent(name="mid", sub_agents=[leaf])])
    assert root.find_agent("leaf") is leaf
    assert root.find_sub_agent("root") is None
    assert leaf.root_agent is root


def test_model_is_made_from_a_name_once_and_inherited() -> None:
    child = LlmAgent(name="child")
    root = LlmAgent(name="root", model="echo", sub_agents=[LoopAgent(name="l", sub_agents=[child])])
    assert isinstance(root.canonical_model, Echo)
    assert child.canonical_model is root.canonical_model


@pytest.mark.parametrize("field", ["tools", "system_instruction", "response_schema"])
def test_request_fields_of_the_agent_are_refused_in_its_config(field: str) -> None:
    values = {
        "tools": [types.Tool()],
        "system_instruction": "x",
        "response_schema": {"type": "OBJECT"},
    }
    with pytest.raises(ValueError, match=f"instead of generate_content_config.{field}"):
        LlmAgent(
            name="a",
            generate_content_config=types.GenerateContentConfig(**{field: values[field]}),
        )


async def test_custom_agent_runs_as_the_root() -> None:
    events = await InMemoryRunner(Saying(name="own", words=["a", "b"])).run_debug("x", quiet=True)
    assert [event.message.parts[0].text for event in events] == ["a", "b"]


async def test_agent_without_a_run_says_so() -> None:
    with pytest.raises(NotImplementedError, match="_run_async_impl"):
        await InMemoryRunner(BaseAgent(name="bare")).run_debug("x", quiet=True)


async def test_parallel_agents_run_at_once_and_one_failure_stops_all() -> None:
    stopped = []

    class Waiting(BaseAgent):
        async def _run_async_impl(self, ctx: InvocationContext) -> AsyncGenerator[Event, None]:
            try:
                await asyncio.sleep(60)
            finally:
                stopped.append(self.name)
            yield Event(author=self.name)

    failing = LlmAgent(name="failing", model=Replies(steps=[RuntimeError("no")]))
    root = ParallelAgent(name="par", sub_agents=[Waiting(name="waiting"), failing])
    with pytest.raises(RuntimeError, match="no"):
        await asyncio.wait_for(InMemoryRunner(root).run_debug("x", quiet=True), 5)
    assert stopped == ["waiting"]


async def test_parallel_events_are_stored_in_the_order_they_are_yielded() -> None:
    children = [Saying(name=n, words=list("123"), pause=0.001) for n in ("a", "b", "c")]
    runner = InMemoryRunner(ParallelAgent(name="par", sub_agents=children))
    events = await runner.run_debug("x", quiet=True)
    session = await runner.session_service.get_session(
        app_name=runner.app_name, user_id="debug_user_id", session_id="debug_session_id"
    )
    assert session is not None
    assert [e.id for e in session.events[1:]] == [e.id for e in events]
    times = [e.timestamp for e in session.events]
    assert times == sorted(set(times))


async def test_escalation_stops_parallel_siblings() -> None:
    class Leaving(BaseAgent):
        async def _run_async_impl(self, ctx: InvocationContext) -> AsyncGenerator[Event, None]:
            event = Event(author=self.name, invocation_id=ctx.invocation_id)
            event.actions.escalate = True
            yield event

    slow = Saying(name="slow", words=["never"], pause=60)
    root = ParallelAgent(name="par", sub_agents=[slow, Leaving(name="leaving")])
    events = await asyncio.wait_for(InMemoryRunner(root).run_debug("x", quiet=True), 5)
    assert [event.author for event in events] == ["leaving"]


async def test_answer_that_does_not_fit_the_schema_is_an_error_event() -> None:
    agent = LlmAgent(name="a", model=Replies(steps=["no json"]), output_schema=dict[str, int])
    agent.output_key = "out"
    events: list[Any] = []
    runner = InMemoryRunner(agent)
    await runner.session_service.create_session(
        app_name=runner.app_name, user_id="u", session_id="s"
    )
    message = types.Content(role="user", parts=[types.Part(text="x")])
    with pytest.raises(Exception, match="output_schema"):
        async for event in runner.run_async(user_id="u", session_id="s", new_message=message):
            events.append(event)
    assert events[-1].error_code == "INVALID_OUTPUT"


async def test_static_instruction_stays_in_front_and_the_other_goes_into_the_contents() -> None:
    model = Replies(steps=["ok"])
    picture = types.Part(inline_data=types.Blob(data=b"x", mime_type="image/png"))
    agent = LlmAgent(
        name="a",
        model=model,
        static_instruction=types.Content(parts=[types.Part(text="Fixed."), picture]),
        instruction="Changing.",
    )
    await InMemoryRunner(agent).run_debug(["one", "two"], quiet=True)
    request = model.requests[-1]
    assert request.config.system_instruction.startswith("Fixed.")
    assert "Changing" not in request.config.system_instruction
    assert request.contents[0].parts[1] == picture
    assert [c.parts[0].text for c in request.contents[-2:]] == ["Changing.", "two"]
