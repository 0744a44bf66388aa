"""When a run has to be over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, nullcontext

from adkconf.errors import RunTimeoutError
from adkconf.events.event import Event

# Runs without a deadline pass here once per event.
_UNWATCHED = nullcontext()


class Deadline:
    """Cancels what a run waits for once its seconds, counted from now, are over; None is never.

    Only work of the run is cancelled, never the task of whoever reads it: between two events
    nothing is watched.
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._at = None if seconds is None else asyncio.get_running_loop().time() + seconds

    def watch(self) -> AbstractAsyncContextManager[None]:
        """Lets the body work until then.

        Raises:
            RunTimeoutError: it took longer, and was cancelled.
        """
        return _UNWATCHED if self._at is None else self._watched()

    @asynccontextmanager
    async def _watched(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout_at(self._at) as scope:
                yield
        except TimeoutError:
            if not scope.expired():
                raise
            raise RunTimeoutError(self._seconds or 0) from None

    def limit(self, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
        """Returns the events that come until then; closing it closes the generator.

        Raises:
            RunTimeoutError: the next one took longer; the generator was cancelled.
        """
        return events if self._at is None else self._limited(events)

    async def _limited(self, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
        async with aclosing(events):
            while True:
                async with self.watch():
                    following = await anext(events, None)
                if following is None:
                    return
                yield following


NEVER = Deadline(None)
