"""Where an LLM agent goes on in a run that was paused or broke off."""

from __future__ import annotations

from dataclasses import dataclass

from google.genai import types

from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event
from adkconf.flows.code_execution import code_at_end


@dataclass(frozen=True)
class AskModel:
    """The model has to be asked: at the beginning, and when all calls are answered."""


@dataclass(frozen=True)
class RunCalls:
    """These calls were not answered, and nobody else will."""

    calls: list[types.FunctionCall]


@dataclass(frozen=True)
class RunCode:
    """The code that this event ends with has no result yet."""

    event: Event


@dataclass(frozen=True)
class Wait:
    """Only answers from outside are missing."""


@dataclass(frozen=True)
class HandOver:
    """The agent had handed over and the other one has not taken its turn yet."""

    successor: str


@dataclass(frozen=True)
class Finished:
    """The agent had said its last word."""


Move = AskModel | RunCalls | RunCode | Wait | HandOver | Finished


def next_move(ctx: InvocationContext, agent_name: str) -> Move:
    """Tells from the run's stored events what the agent does next."""
    recent = ctx.session.events[ctx.since :]
    events = [event for event in recent if event.invocation_id == ctx.invocation_id]
    # In a workflow the same agent can run several times, each at a path of its own.
    path = ctx.node_path if ctx.node is not None else None
    mine: list[Event] = []
    for event in events:
        if path is not None and event.node_info.path != path:
            continue
        if event.author == agent_name and event.branch == ctx.branch:
            # Turns that came to their end, in earlier rounds of a loop for one, do not count.
            mine = [] if event.actions.end_of_agent else [*mine, event]
    mine = [event for event in mine if event.content]
    if not mine:
        return AskModel()
    last = mine[-1]
    later = events[events.index(last) + 1 :]
    if calls := [str(call.id) for call in last.get_function_calls()]:
        return _after_calls(last, frozenset(calls) - _answered(later))
    if last.actions.transfer_to_agent is not None:
        return HandOver(last.actions.transfer_to_agent)
    asked_again = any(event.author == "user" for event in later)
    if code_at_end(last) is not None and not asked_again:
        return RunCode(last)
    if asked_again or not last.is_final_response():
        return AskModel()
    return Wait() if _waits(mine, events) else Finished()


def _waits(mine: list[Event], events: list[Event]) -> bool:
    """Tells whether a call that takes long has only its tool's first answer."""
    called = {call_id for event in mine for call_id in event.long_running_tool_ids or ()}
    return not called <= _answered([event for event in events if event.author == "user"])


def _after_calls(event: Event, open_calls: frozenset[str]) -> Move:
    from_outside = frozenset(event.long_running_tool_ids or ())
    if left := open_calls - from_outside:
        return RunCalls([call for call in event.get_function_calls() if call.id in left])
    return Wait() if open_calls else AskModel()


def _answered(events: list[Event]) -> set[str]:
    return {str(answer.id) for event in events for answer in event.get_function_responses()}
