"""The sessions that a store keeps in memory because somebody uses them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from adkconf.sessions.live_session import LiveSession
from adkconf.sessions.session_key import SessionKey

R = TypeVar("R")


@dataclass(slots=True, eq=False)
class LiveEntry(Generic[R]):
    """A session's place in the cache.

    Whoever reads or changes `live` and `revision` (how far `live` has read the store) holds
    `lock`. The entry may be forgotten meanwhile: who holds it then works on a session of its own.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    live: LiveSession | None = None
    revision: R | None = None
    counted: int = 0


class LiveSessions(Generic[R]):
    """Forgets the least recently used beyond `max_sessions`, or `max_events` in all of them.

    The session used last always stays, whatever its size.
    """

    def __init__(self, *, max_sessions: int = 512, max_events: int = 50_000) -> None:
        self._max_sessions = max_sessions
        self._max_events = max_events
        self._entries: OrderedDict[SessionKey, LiveEntry[R]] = OrderedDict()
        self._events = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def entry(self, key: SessionKey) -> LiveEntry[R]:
        """Returns the entry of a session, made if there is none, as the one used last."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            # Locks belong to the loop they were first waited for in.
            self._entries.clear()
            self._events = 0
            self._loop = loop
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = LiveEntry()
            self._shrink()
        else:
            self._entries.move_to_end(key)
        return entry

    def settle(self, key: SessionKey, entry: LiveEntry[R]) -> None:
        """Counts what was added to an entry and forgets what is too much."""
        if self._entries.get(key) is not entry:
            return
        count = 0 if entry.live is None else len(entry.live.events)
        self._events += count - entry.counted
        entry.counted = count
        self._shrink()

    def forget(self, key: SessionKey) -> None:
        """Drops the entry of a session, if there is one."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._events -= entry.counted

    def _shrink(self) -> None:
        while len(self._entries) > 1 and (
            len(self._entries) > self._max_sessions or self._events > self._max_events
        ):
            self.forget(next(iter(self._entries)))
