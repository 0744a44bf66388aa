"""An event loop in a thread, for callers that are not async."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing
from typing import TypeVar

T = TypeVar("T")


class _Done:
    pass


class BackgroundLoop:
    """One thread and one loop for all calls, so that connections stay usable between them."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="adkconf-run", daemon=True
        )
        self._thread.start()

    def iterate(self, start: Callable[[], AsyncGenerator[T, None]]) -> Generator[T, None, None]:
        """Iterates an async generator; stopping early closes it, exceptions come through."""
        items: queue.Queue[T | _Done] = queue.Queue()

        async def pump() -> None:
            try:
                async with aclosing(start()) as source:
                    async for item in source:
                        items.put(item)
            finally:
                items.put(_Done())

        pumping = asyncio.run_coroutine_threadsafe(pump(), self._loop)
        try:
            while not isinstance(item := items.get(), _Done):
                yield item
            pumping.result()
        finally:
            pumping.cancel()

    def close(self) -> None:
        """Stops the loop and its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
