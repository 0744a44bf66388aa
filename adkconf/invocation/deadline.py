"""When a run has to be over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from adkconf.errors import RunTimeoutError
from adkconf.events.event import Event


class Deadline:
    """Cancels what a run waits for once its seconds, counted from now, are over; None is never.

    Only work of the run is cancelled, never the task of whoever reads it: between two events
    nothing is watched.
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._at = None if seconds is None else asyncio.get_running_loop().time() + seconds

    @asynccontextmanager
    async def watch(self) -> AsyncIterator[None]:
        """Lets the body work until then.

        Raises:
            RunTimeoutError: it took longer, and was cancelled.
        """
        try:
            async with asyncio.timeout_at(self._at) as scope:
                yield
        except TimeoutError:
            if not scope.expired():
                raise
            raise RunTimeoutError(self._seconds or 0) from None

    async def limit(self, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
        """Yields the events that come until then.

        Raises:
            RunTimeoutError: the next one took longer; the generator was cancelled.
        """
        while True:
            async with self.watch():
                event = await anext(events, None)
            if event is None:
                return
            yield event


NEVER = Deadline(None)
