from __future__ import annotations

from google.genai import types

from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions
from adkconf.server.running.pending_calls import ClosedCalls


def called(call_id: str, *, run: str = "e-1", lasts: bool = False) -> Event:
    call = types.FunctionCall(id=call_id, name="book", args={})
    content = types.Content(role="model", parts=[types.Part(function_call=call)])
    waits = {call_id} if lasts else None
    return Event(author="bench", content=content, invocation_id=run, long_running_tool_ids=waits)


def test_calls_that_come_later_are_closed_too() -> None:
    calls, events = ClosedCalls(), [called("a"), called("b", lasts=True)]
    assert calls.of(events) == {"a"}
    events.append(called("c"))
    assert calls.of(events) == {"a", "c"}


def test_a_rewound_call_is_unknown_again() -> None:
    calls, events = ClosedCalls(), [called("a"), called("b", run="e-2")]
    assert calls.of(events) == {"a", "b"}
    events.append(Event(author="user", actions=EventActions(rewind_before_invocation_id="e-2")))
    assert calls.of(events) == {"a"}


def test_an_event_is_read_once_however_long_the_session_is() -> None:
    calls, events = ClosedCalls(), [called(str(number)) for number in range(50)]
    calls.of(events)
    events[0] = called("not read")
    assert "not read" not in calls.of([*events, called("new")])
