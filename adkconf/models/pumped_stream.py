"""Streams of an SDK that end when nobody reads them any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

Item = TypeVar("Item")


@asynccontextmanager
async def pumped(stream: AsyncIterator[Item]) -> AsyncIterator[AsyncIterator[Item]]:
    """Reads a stream in a task of its own, which ends with the block.

    The SDK's generators are nested: closing the outer one leaves the connection of the innermost
    to the garbage collector. Cancelled while it waits for the network, it closes at once; so the
    task never waits for anything else.
    """
    arrived: asyncio.Queue[Item | None] = asyncio.Queue()

    async def pump() -> None:
        try:
            async for item in stream:
                arrived.put_nowait(item)
        finally:
            arrived.put_nowait(None)

    async def items() -> AsyncIterator[Item]:
        while (item := await arrived.get()) is not None:
            yield item
        await task

    task = asyncio.create_task(pump())
    try:
        yield items()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
