"""The small parts that stores are made of."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adkconf.errors import InputValidationError
from adkconf.events.event import Event
from adkconf.sessions.event_time import from_utc, next_timestamp, to_utc
from adkconf.sessions.live_session import LiveSession
from adkconf.sessions.live_sessions import LiveSessions
from adkconf.sessions.session_key import SessionKey
from adkconf.sessions.state_scopes import copy_state

seconds = st.floats(min_value=0, max_value=2.0**32 - 1)


@given(seconds, seconds)
def test_next_timestamp_is_a_later_whole_microsecond(proposed, last):
    last = from_utc(to_utc(last))
    decided = next_timestamp(proposed, last)
    assert decided > last
    assert from_utc(to_utc(decided)) == decided
    assert decided >= proposed - 1e-6


@given(seconds, seconds)
def test_utc_keeps_the_order_of_times(one, other):
    if one <= other:
        assert to_utc(one) <= to_utc(other)


@pytest.mark.parametrize("extreme", [-math.inf, math.inf, -1e300, 1e300])
def test_extreme_times_have_a_moment(extreme):
    assert abs(to_utc(extreme).year - 1970) < 300


def test_moments_with_a_zone_are_converted():
    zone = timezone(timedelta(hours=2))
    assert from_utc(datetime(2001, 1, 1, 2, tzinfo=zone)) == from_utc(datetime(2001, 1, 1))
    assert from_utc(datetime(1970, 1, 1, tzinfo=UTC)) == 0


def test_value_that_cannot_be_copied_is_named():
    with pytest.raises(InputValidationError, match="'user:gen' holds a generator"):
        copy_state({"fine": 1, "user:gen": (n for n in [])})


class Point:
    def __init__(self) -> None:
        self.x = [1]


def test_objects_in_state_are_copied_deeply():
    state = {"p": Point(), "l": [{"a": (1, [2])}]}
    copied = copy_state(state)
    copied["p"].x.append(2)
    copied["l"][0]["a"][1].append(3)
    assert (state["p"].x, state["l"]) == ([1], [{"a": (1, [2])}])


def key(n: int) -> SessionKey:
    return SessionKey("app", "u", str(n))


def fill(cache: LiveSessions[int], n: int, events: int) -> None:
    entry = cache.entry(key(n))
    entry.live = LiveSession(key(n), 0.0, [Event() for _ in range(events)])
    cache.settle(key(n), entry)


def held(cache: LiveSessions[int], numbers: range) -> list[int]:
    return [n for n in numbers if key(n) in cache]


async def test_live_sessions_forget_the_least_recently_used():
    cache: LiveSessions[int] = LiveSessions(max_sessions=3)
    for n in range(3):
        fill(cache, n, 1)
    cache.entry(key(0))
    fill(cache, 3, 1)
    assert held(cache, range(4)) == [0, 2, 3]


async def test_live_sessions_bound_the_events_of_all():
    cache: LiveSessions[int] = LiveSessions(max_events=100)
    for n in range(5):
        fill(cache, n, 40)
    assert held(cache, range(5)) == [3, 4]
    fill(cache, 5, 1000)
    assert held(cache, range(6)) == [5]
    cache.forget(key(5))
    fill(cache, 6, 60)
    fill(cache, 7, 40)
    assert held(cache, range(8)) == [6, 7]


async def test_forgotten_entry_counts_no_more():
    cache: LiveSessions[int] = LiveSessions(max_events=100)
    entry = cache.entry(key(1))
    cache.forget(key(1))
    entry.live = LiveSession(key(1), 0.0, [Event() for _ in range(500)])
    cache.settle(key(1), entry)
    fill(cache, 2, 90)
    fill(cache, 3, 10)
    assert held(cache, range(4)) == [2, 3]
