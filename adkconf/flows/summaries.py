"""Summaries in the place of the events they stand for."""

from __future__ import annotations

from bisect import bisect_right

from adkconf.events.event import Event
from adkconf.events.event_actions import EventCompaction


def with_summaries(events: list[Event]) -> list[Event]:
    """Replaces events by the summaries that cover them, as messages of a model.

    A summary inside another one is left out. When a covered call is answered by an event that is
    not covered, the call stands in front of that answer: no answer is shown without its call.
    """
    summaries = _outermost(events)
    if not summaries:
        return events
    coverage = _Coverage([_compaction(event) for event in summaries])
    shown = [
        event
        for event in events
        if event.actions.compaction is None and event.timestamp not in coverage
    ]
    # The sort is stable: of equal timestamps the summary comes first.
    shown = sorted([*map(_as_message, summaries), *shown], key=lambda event: event.timestamp)
    return _with_calls_of_answers(shown, events)


def from_last_summary(events: list[Event]) -> list[Event]:
    """Returns the last summary and what it does not cover, if it covers all before; else all.

    So that showing a conversation that is summarised again and again costs what is new in it.
    """
    summary: EventCompaction | None = None
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        if event.actions.rewind_before_invocation_id is not None:
            return events
        if summary is None:
            compaction = event.actions.compaction
            # A summary for some agents only hides nothing from the others.
            for_all = event.isolation_scope is None and event.branch is None
            if compaction is not None and for_all:
                summary = compaction
                if summary.start_timestamp > events[0].timestamp:
                    return events
        elif event.timestamp <= summary.end_timestamp:
            recent = events[index + 1 :]
            return events if _orphans(recent) else recent
    return events


def contains(outer: EventCompaction, inner: EventCompaction) -> bool:
    """Tells whether a summary covers all that another one covers."""
    starts_first = outer.start_timestamp <= inner.start_timestamp
    return starts_first and inner.end_timestamp <= outer.end_timestamp


class _Coverage:
    """The time that summaries cover, as ranges that do not overlap."""

    def __init__(self, compactions: list[EventCompaction]) -> None:
        self._starts: list[float] = []
        self._ends: list[float] = []
        for each in sorted(compactions, key=lambda each: each.start_timestamp):
            if self._ends and each.start_timestamp <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], each.end_timestamp)
            else:
                self._starts.append(each.start_timestamp)
                self._ends.append(each.end_timestamp)

    def __contains__(self, timestamp: float) -> bool:
        index = bisect_right(self._starts, timestamp) - 1
        return index >= 0 and timestamp <= self._ends[index]


def _compaction(event: Event) -> EventCompaction:
    assert event.actions.compaction is not None
    return event.actions.compaction


def _outermost(events: list[Event]) -> list[Event]:
    """Returns the events with summaries that no other one contains; of equals the latest."""
    summaries = [event for event in reversed(events) if event.actions.compaction is not None]
    # Each comes behind all that could contain it, so that the furthest end so far tells.
    summaries.sort(key=lambda e: (_compaction(e).start_timestamp, -_compaction(e).end_timestamp))
    kept: list[Event] = []
    for event in summaries:
        if not kept or _compaction(event).end_timestamp > _compaction(kept[-1]).end_timestamp:
            kept.append(event)
    return kept


def _as_message(event: Event) -> Event:
    compaction = _compaction(event)
    return event.model_copy(
        update={
            "author": "model",
            "content": compaction.compacted_content,
            "timestamp": compaction.end_timestamp,
        }
    )


def _with_calls_of_answers(shown: list[Event], events: list[Event]) -> list[Event]:
    missing = _orphans(shown)
    if not missing:
        return shown
    calls = {call.id: e for e in events for call in e.get_function_calls() if call.id in missing}
    result: list[Event] = []
    for event in shown:
        for answer in event.get_function_responses():
            if (call := calls.get(answer.id)) is not None:
                result.append(call)
                for sibling in call.get_function_calls():
                    calls.pop(sibling.id, None)
        result.append(event)
    return result


def _orphans(events: list[Event]) -> set[str | None]:
    """Returns the ids of answers whose calls are not among the events."""
    called = {call.id for event in events for call in event.get_function_calls()}
    answered = {answer.id for event in events for answer in event.get_function_responses()}
    return answered - called
