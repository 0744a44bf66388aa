"""What can be wrong with a stored session, told from what its clients know. All of it is pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

Problems = list[str]


def lost(acknowledged: Iterable[str], stored: Iterable[str]) -> Problems:
    """Acknowledged ids that are not stored."""
    there = set(stored)
    return [f"lost {each}" for each in acknowledged if each not in there]


def duplicated(stored: Iterable[str]) -> Problems:
    """Ids that are stored more than once."""
    return [f"{count} times {each}" for each, count in Counter(stored).items() if count > 1]


def invented(sent: Iterable[str], stored: Iterable[str]) -> Problems:
    """Stored ids that nobody sent."""
    known = set(sent)
    return [f"nobody sent {each}" for each in stored if each not in known]


def reordered(sent: Sequence[str], stored: Iterable[str]) -> Problems:
    """Ids of one writer that are stored in another order than it sent them."""
    place = {each: n for n, each in enumerate(sent)}
    kept = [each for each in stored if each in place]
    return [
        f"{later} is stored before {earlier}"
        for later, earlier in pairwise(kept)
        if place[later] > place[earlier]
    ]


def backwards(timestamps: Sequence[float]) -> Problems:
    """Timestamps that do not grow."""
    return [
        f"{later} follows {earlier}" for earlier, later in pairwise(timestamps) if later <= earlier
    ]


def not_the_sum(state: Mapping[str, Any], deltas: Iterable[Mapping[str, Any]]) -> Problems:
    """Keys of a state that are not what the deltas of the events make of them."""
    expected: dict[str, Any] = {}
    for delta in deltas:
        expected.update(delta)
    return [
        f"state {key!r} is {state.get(key)!r}, not {expected.get(key)!r}"
        for key in sorted({*state, *expected})
        if state.get(key) != expected.get(key)
    ]
