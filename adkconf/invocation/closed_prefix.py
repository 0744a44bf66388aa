"""How many events a summary may stand for without tearing calls from their answers."""

from __future__ import annotations

from collections.abc import Iterable

from adkconf.events.event import Event

_OWN_QUESTIONS = "adk_request_"


def closed_prefix(events: list[Event], most: int) -> int:
    """Returns the greatest length up to `most` behind which no call or question is open.

    `events` reach to the end of the log. Calls that nobody can answer any more do not count, or
    one run that broke off would stop all summaries after it.
    """
    length = _closed(events[:most], frozenset())
    if length < most:
        length = max(length, _closed(events[:most], _dead_calls(events)))
    return length


def keep_answers_with_calls(events: list[Event], split: int) -> int:
    """Returns the latest split up to `split` behind which every answer follows its call."""
    missing: set[str | None] = set()
    for index in range(len(events) - 1, -1, -1):
        missing |= _answered(events[index])
        missing -= _called(events[index])
        if index <= split and not missing:
            return index
    return 0


def _closed(events: list[Event], ignored: frozenset[str | None]) -> int:
    opened: set[str | None] = set()
    length = 0
    for index, event in enumerate(events):
        opened -= _answered(event)
        opened |= (_called(event) | _asked(event)) - ignored
        if not opened:
            length = index + 1
    return length


def _dead_calls(events: list[Event]) -> frozenset[str | None]:
    """Returns the calls of earlier runs that have no answer and wait for none."""
    newest = next((e.invocation_id for e in reversed(events) if e.invocation_id), "")
    called: set[str | None] = set()
    alive: set[str | None] = set()
    for event in events:
        called |= _called(event)
        alive |= _answered(event) - _asked(event)
        if event.invocation_id in ("", newest):
            alive |= _called(event) | _asked(event)
        else:
            alive |= (event.long_running_tool_ids or set()) - _questions(event)
    return frozenset(called - alive)


def _called(event: Event) -> set[str | None]:
    return {call.id for call in event.get_function_calls() if call.id}


def _answered(event: Event) -> set[str | None]:
    return {answer.id for answer in event.get_function_responses() if answer.id}


def _asked(event: Event) -> set[str | None]:
    """Returns the calls whose answer says that somebody must confirm or sign in first."""
    asked: Iterable[str] = {
        *event.actions.requested_tool_confirmations,
        *event.actions.requested_auth_configs,
    }
    return set(asked)


def _questions(event: Event) -> set[str | None]:
    calls = event.get_function_calls()
    return {call.id for call in calls if (call.name or "").startswith(_OWN_QUESTIONS)}
