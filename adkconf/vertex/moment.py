"""Times as Google's APIs write them: RFC 3339 in UTC."""

from __future__ import annotations

from datetime import datetime

from adkconf.sessions.event_time import from_utc, to_utc


def to_moment(timestamp: float) -> str:
    """Returns a Unix time with its microseconds; far-off times become the nearest possible."""
    return f"{to_utc(timestamp).isoformat(timespec='microseconds')}Z"


def from_moment(moment: str) -> float:
    """Returns the Unix time in seconds."""
    return from_utc(datetime.fromisoformat(moment))
