"""The order of runs on one session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal
from weakref import WeakKeyDictionary

from adkconf.errors import SessionBusyError
from adkconf.sessions.base_session_service import BaseSessionService

OnBusy = Literal["queue", "reject", "interleave"]
_Key = tuple[str, str, str]


@dataclass(slots=True)
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    runs: int = 0
    holder: asyncio.Task[object] | None = None


class Turns:
    """Lets one run at a time work on a session, in the order they came."""

    def __init__(self) -> None:
        self._lines: dict[_Key, _Line] = {}

    @asynccontextmanager
    async def hold(self, key: _Key, on_busy: OnBusy) -> AsyncIterator[None]:
        """Waits for the session (`queue`), refuses (`reject`) or goes ahead (`interleave`).

        Raises:
            SessionBusyError: another run holds the session and the policy is to reject, or this
                very run holds it and would wait for itself for ever.
        """
        if on_busy == "interleave":
            yield
            return
        line = self._lines.setdefault(key, _Line())
        me = asyncio.current_task()
        if line.lock.locked() and (on_busy == "reject" or line.holder is me):
            why = "this run holds it" if line.holder is me else "another run holds it"
            raise SessionBusyError(
                f"Session {key[2]!r} is busy: {why}; try again when it has ended."
            )
        line.runs += 1
        try:
            async with line.lock:
                line.holder = me
                yield
        finally:
            line.runs -= 1
            if not line.runs:
                self._lines.pop(key, None)


_turns: WeakKeyDictionary[BaseSessionService, Turns] = WeakKeyDictionary()


def turns_of(service: BaseSessionService) -> Turns:
    """Returns the one order of runs for a session service, whichever runners use it."""
    return _turns.setdefault(service, Turns())
