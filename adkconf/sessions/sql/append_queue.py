"""Appends that wait at the same time, stored together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from adkconf.errors import AdkconfError, ServiceUnavailableError
from adkconf.sessions.session_key import SessionKey
from adkconf.sessions.sql.group_append import Append, append_group
from adkconf.sessions.sql.rows import Appended
from adkconf.sessions.sql.transactions import Transactions
from adkconf.sql.database import Database

# While so many groups are under way, others gather: a group costs as much as several appends in
# it. One alone never waits.
_GROUPS_AT_ONCE = 2
# Nobody waits longer than this, in seconds, for a group that may be waiting for a lock itself.
_LATE = 0.1
# Bounds how long the first of a group waits for the last.
_LARGEST_GROUP = 32


class _Waiting(NamedTuple):
    append: Append
    answer: asyncio.Future[Appended]


class AppendQueue:
    """Stores events in groups, each of different sessions."""

    def __init__(self, database: Database, sql: Transactions) -> None:
        self._database = database
        self._sql = sql
        self._waiting: deque[_Waiting] = deque()
        self._groups: set[asyncio.Task[None]] = set()
        self._late: set[asyncio.Task[None]] = set()

    async def append(self, append: Append) -> Appended:
        """Stores an event; it is stored all the same when the caller is cancelled.

        Raises:
            SessionNotFoundError: the session does not exist (any more).
        """
        answer: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(append, answer))
        self._start()
        return await answer

    async def close(self) -> None:
        """Finishes what was asked for."""
        while under_way := self._groups | self._late:
            await asyncio.gather(*under_way)

    def _start(self) -> None:
        while self._waiting and len(self._groups) < _GROUPS_AT_ONCE:
            group = asyncio.create_task(self._store(self._take()))
            self._groups.add(group)
            timer = asyncio.get_running_loop().call_later(_LATE, self._is_late, group)
            group.add_done_callback(partial(self._ended, timer=timer))

    def _is_late(self, group: asyncio.Task[None]) -> None:
        self._groups.discard(group)
        self._late.add(group)
        self._start()

    def _ended(self, group: asyncio.Task[None], timer: asyncio.TimerHandle) -> None:
        timer.cancel()
        self._groups.discard(group)
        self._late.discard(group)
        if not group.cancelled():
            self._start()

    def _take(self) -> list[_Waiting]:
        """Takes the next group; what is left of a session keeps its order."""
        group: dict[SessionKey, _Waiting] = {}
        later: list[_Waiting] = []
        while self._waiting and len(group) < _LARGEST_GROUP:
            waiting = self._waiting.popleft()
            if group.setdefault(waiting.append.key, waiting) is not waiting:
                later.append(waiting)
        self._waiting.extendleft(reversed(later))
        return list(group.values())

    async def _store(self, group: Sequence[_Waiting]) -> None:
        appends = [waiting.append for waiting in group]
        outcomes: Sequence[Appended | Exception]
        try:
            work = partial(append_group, sql=self._sql, appends=appends)
            outcomes = await self._database.write_single(work)
        except AdkconfError as error:
            if len(group) > 1 and not isinstance(error, ServiceUnavailableError):
                # One that the database refuses shall not take the others along.
                for waiting in group:
                    await self._store([waiting])
                return
            outcomes = [error] * len(group)
        for waiting, outcome in zip(group, outcomes, strict=True):
            _settle(waiting.answer, outcome)


def _settle(answer: asyncio.Future[Appended], outcome: Appended | Exception) -> None:
    if answer.done():
        return  # the caller has gone away
    if isinstance(outcome, Exception):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
