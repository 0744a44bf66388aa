"""How many runs go on at a time; those beyond wait in line, or are sent away."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable

from starlette.requests import HTTPConnection

from adkconf.config.spec.server_access import LimitsSpec
from adkconf.server.problems import Problem

_RETRY = {"Retry-After": "1"}


class RunSlots:
    """Gives out the right to run, in the order they came; `limits` tells what counts now."""

    def __init__(self, limits: Callable[[], LimitsSpec]) -> None:
        self._limits = limits
        self._running = 0
        self._of_user: Counter[str] = Counter()
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def take(self, user: str) -> Callable[[], None]:
        """Waits for the user's turn; what is returned gives the slot back, and must be called.

        Raises:
            Problem: 429, the user has too many runs; 503, too many wait.
        """
        limits = self._limits()
        if limits.runs_per_user is not None and self._of_user[user] >= limits.runs_per_user:
            raise Problem(
                429, "too many runs of this user; see server.limits.runs_per_user", _RETRY
            )
        is_full = self._waiting or not self._has_room()
        if is_full and len(self._waiting) >= limits.waiting_runs:
            raise Problem(503, "too many runs wait already; see server.limits.runs", _RETRY)
        self._of_user[user] += 1
        try:
            if is_full:
                await self._turn()
            else:
                self._running += 1
        except BaseException:
            self._forget(user)
            raise
        return lambda: self._leave(user)

    async def _turn(self) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it had come in the same moment
                self._running -= 1
                self._call_next()
            elif turn in self._waiting:
                self._waiting.remove(turn)
            raise

    def _leave(self, user: str) -> None:
        self._forget(user)
        self._running -= 1
        self._call_next()

    def _call_next(self) -> None:
        while self._waiting and self._has_room():
            turn = self._waiting.popleft()
            if not turn.cancelled():
                self._running += 1
                turn.set_result(None)

    def _has_room(self) -> bool:
        most = self._limits().runs
        return most is None or self._running < most

    def _forget(self, user: str) -> None:
        self._of_user[user] -= 1
        if not self._of_user[user]:
            del self._of_user[user]


def slots_of(connection: HTTPConnection) -> RunSlots:
    """The slots of the server."""
    slots: RunSlots = connection.app.state.slots
    return slots
