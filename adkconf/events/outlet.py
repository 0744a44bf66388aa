"""The way of events from work that goes on side by side to whoever reads them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from adkconf.events.event import Event


class Outlet:
    """Lets one event through at a time; its sender goes on when it has been stored."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[tuple[Event, asyncio.Event] | None] = asyncio.Queue()

    async def send(self, event: Event) -> None:
        """Hands an event over and waits until it is stored."""
        taken = asyncio.Event()
        self._queue.put_nowait((event, taken))
        await taken.wait()

    def close(self) -> None:
        """Ends `events`."""
        self._queue.put_nowait(None)

    async def during(self, work: asyncio.Task[Any]) -> AsyncGenerator[Event, None]:
        """Yields what is sent until the work ends; it is cancelled when nobody reads any more."""
        work.add_done_callback(lambda _: self.close())
        try:
            async with aclosing(self.events()) as events:
                async for event in events:
                    yield event
        finally:
            work.cancel()
            await asyncio.wait([work])

    async def events(self) -> AsyncGenerator[Event, None]:
        """Yields what is sent until the outlet is closed."""
        while (item := await self._queue.get()) is not None:
            event, taken = item
            yield event
            taken.set()
