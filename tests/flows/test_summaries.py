"""Summaries in the place of what they stand for."""

from __future__ import annotations

from typing import Any

from google.genai import types
from hypothesis import given, settings
from hypothesis import strategies as st

from adkconf.events import Event
from adkconf.events.event_actions import EventActions, EventCompaction
from adkconf.flows.history import History
from adkconf.flows.summaries import from_last_summary, with_summaries
from tests.conftest import says, texts


def said(at: float, author: str = "user") -> Event:
    role = "user" if author == "user" else "model"
    return Event(author=author, content=says(f"{at:g}", role), timestamp=at)


def called(at: float, *ids: str) -> Event:
    parts = [
        types.Part(function_call=types.FunctionCall(id=call_id, name=call_id, args={}))
        for call_id in ids
    ]
    return Event(author="me", content=types.Content(role="model", parts=parts), timestamp=at)


def answered(at: float, call_id: str) -> Event:
    response = types.FunctionResponse(id=call_id, name=call_id, response={"at": at})
    content = types.Content(role="user", parts=[types.Part(function_response=response)])
    return Event(author="me", content=content, timestamp=at)


def summary(start: float, end: float, at: float, **fields: Any) -> Event:
    compaction = EventCompaction(
        start_timestamp=start,
        end_timestamp=end,
        compacted_content=says(f"{start:g} to {end:g}"),
    )
    actions = EventActions(compaction=compaction)
    return Event(author="user", actions=actions, timestamp=at, **fields)


def shown(events: list[Event]) -> list[str]:
    return texts(History("me", None).contents(events))


def test_a_summary_stands_where_its_last_event_stood() -> None:
    events = [said(1), said(2), said(3), summary(1, 2, 4), said(5)]
    assert shown(events) == ["model: 1 to 2", "user: 3", "user: 5"]


def test_a_summary_takes_in_those_inside_of_it() -> None:
    events = [said(1), said(2), summary(1, 2, 3), said(4), summary(1, 4, 5), said(6)]
    assert shown(events) == ["model: 1 to 4", "user: 6"]


def test_of_two_summaries_of_the_same_events_the_later_is_shown() -> None:
    later = summary(1, 2, 4)
    assert later.actions.compaction is not None
    later.actions.compaction.compacted_content = says("better")
    assert shown([said(1), said(2), summary(1, 2, 3), later]) == ["model: better"]


def test_summaries_that_overlap_as_google_adk_writes_them_are_all_shown() -> None:
    events = [said(1), said(2), summary(1, 2, 3), said(4), summary(2, 4, 5), said(6)]
    assert shown(events) == ["model: 1 to 2", "model: 2 to 4", "user: 6"]


def test_a_summary_for_somebody_else_hides_nothing() -> None:
    events = [said(1), summary(1, 1, 2, isolation_scope="task"), said(3)]
    assert shown(events) == ["user: 1", "user: 3"]


def test_a_rewind_takes_a_summary_back() -> None:
    events = [said(1), said(2), summary(1, 2, 3)]
    events[1].invocation_id = "x"
    rewind = Event(author="user", timestamp=4)
    rewind.actions.rewind_before_invocation_id = "x"
    assert shown([*events, rewind, said(5)]) == ["user: 1", "user: 5"]


def test_a_late_answer_comes_with_its_call() -> None:
    events = [called(1, "slow", "fast"), answered(2, "fast"), answered(3, "slow"), said(4)]
    history = History("me", None)
    events.append(summary(1, 4, 5))
    assert texts(history.contents(events)) == ["model: 1 to 4"]
    events.append(answered(6, "slow"))
    assert texts(history.contents(events)) == [
        "model: 1 to 4",
        "model: slow() | fast()",
        "user: slow={'at': 6} | fast={'at': 2}",
    ]


_STEPS = st.lists(st.sampled_from(["said", "call", "answer", "summary"]), max_size=16)


def _build(plan: list[str], ends: list[int]) -> list[Event]:
    events: list[Event] = []
    for at, kind in enumerate(plan):
        if kind == "said":
            events.append(said(at))
        elif kind == "call":
            events.append(called(at, f"c{at}"))
        elif kind == "answer":
            calls = [call.id for event in events for call in event.get_function_calls()]
            events.append(answered(at, str(calls[ends[at] % len(calls)] if calls else "none")))
        elif at:
            events.append(summary(0, ends[at] % at, at))
    return events


@settings(max_examples=300, deadline=None)
@given(plan=_STEPS, ends=st.lists(st.integers(0, 99), min_size=16, max_size=16))
def test_reading_bit_by_bit_tears_nothing_and_gives_the_same(
    plan: list[str], ends: list[int]
) -> None:
    events = _build(plan, ends)
    history = History("me", None)
    for cut in range(len(events)):
        history.contents(events[:cut])
    contents = history.contents(events)
    assert texts(contents) == shown(events)
    for before, content in zip([None, *contents], contents, strict=False):
        answers = {p.function_response.id for p in content.parts or () if p.function_response}
        calls = {
            p.function_call.id for p in (before.parts or () if before else ()) if p.function_call
        }
        assert not answers or answers == calls


@settings(max_examples=300, deadline=None)
@given(plan=_STEPS, ends=st.lists(st.integers(0, 99), min_size=16, max_size=16))
def test_the_end_of_a_summarised_log_is_shown_as_all_of_it(
    plan: list[str], ends: list[int]
) -> None:
    events = _build(plan, ends)
    end = with_summaries(from_last_summary(events))
    assert [event.content for event in end] == [e.content for e in with_summaries(events)]


def test_only_what_is_new_since_the_summary_is_looked_at() -> None:
    class Counting(list[Event]):
        read = 0

        def __getitem__(self, index: Any) -> Any:
            self.read += not isinstance(index, slice)
            return super().__getitem__(index)

    events = Counting([*(said(at) for at in range(100)), summary(0, 97, 100), said(101)])
    assert len(from_last_summary(events)) == 4
    assert events.read < 8
