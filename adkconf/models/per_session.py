"""What a model remembers of each session."""

from __future__ import annotations

from typing import Generic, TypeVar

Value = TypeVar("Value")
SessionKey = tuple[str, str, str]

MAX_SESSIONS = 4096


class PerSession(Generic[Value]):
    """One value per session, for the most recently used sessions only."""

    def __init__(self, max_sessions: int = MAX_SESSIONS) -> None:
        self._max_sessions = max_sessions
        self._values: dict[SessionKey | None, Value] = {}

    def get(self, key: SessionKey | None) -> Value | None:
        """Returns the value; None when there is none, or it was forgotten."""
        return self._values.get(key)

    def put(self, key: SessionKey | None, value: Value) -> None:
        """Sets the value and makes the session the most recently used one."""
        self._values.pop(key, None)
        self._values[key] = value
        if len(self._values) > self._max_sessions:
            del self._values[next(iter(self._values))]
