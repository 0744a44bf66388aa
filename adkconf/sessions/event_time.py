"""Timestamps as the order of a session's events: whole microseconds that only grow."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from adkconf.errors import InputValidationError

# Until then (the year 2106) a float of seconds tells every two microseconds apart.
_END_SECONDS = 2.0**32
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_MICROSECOND = timedelta(microseconds=1)


def now() -> float:
    """Returns the Unix time in seconds, without a fraction of a microsecond."""
    return round(time.time() * 1e6) / 1e6


def next_timestamp(proposed: float, last: float) -> float:
    """Returns `proposed`, or the first microsecond after `last` if that is later.

    Raises:
        InputValidationError: `proposed` is no Unix time in seconds.
    """
    if not proposed < _END_SECONDS:
        raise InputValidationError(
            f"event timestamp {proposed!r} is out of range; expected Unix time in seconds"
        )
    last_microsecond = round(last * 1e6)
    # A proposal far in the past may be -inf, which has no microseconds.
    earliest = max(proposed, last)
    return max(round(earliest * 1e6), last_microsecond + 1) / 1e6


def to_utc(timestamp: float) -> datetime:
    """Returns the naive UTC time of a Unix time, clamped to the years that databases know."""
    seconds = min(max(timestamp, -_END_SECONDS), _END_SECONDS)
    return _EPOCH + timedelta(microseconds=round(seconds * 1e6))


def from_utc(moment: datetime) -> float:
    """Returns the Unix time of a UTC time, naive or aware."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return (moment - _EPOCH) // _MICROSECOND / 1e6
