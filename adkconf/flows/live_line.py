"""The live connection of the moment, whichever that is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from adkconf.errors import LiveConnectionClosedError
from adkconf.models.base_llm_connection import BaseLlmConnection


class LiveLine:
    """What is sent while one connection is lost goes through the next.

    `is_hung_up` tells that the client has ended the conversation.
    """

    def __init__(self) -> None:
        self._connection: BaseLlmConnection | None = None
        self._is_open = asyncio.Event()
        self.is_hung_up = False

    @contextmanager
    def over(self, connection: BaseLlmConnection) -> Iterator[None]:
        """Sends through this connection during the block."""
        self._connection = connection
        self._is_open.set()
        try:
            yield
        finally:
            self._lose(connection)

    async def send(self, send: Callable[[BaseLlmConnection], Awaitable[None]]) -> None:
        """Calls `send` with the connection, again with another when that one is lost."""
        while True:
            await self._is_open.wait()
            if (connection := self._connection) is None:
                continue
            try:
                await send(connection)
            except LiveConnectionClosedError:
                self._lose(connection)
            else:
                return

    async def hang_up(self) -> None:
        """Closes the connection, for good."""
        self.is_hung_up = True
        await self.send(lambda connection: connection.close())

    def _lose(self, connection: BaseLlmConnection) -> None:
        if self._connection is connection:
            self._connection = None
            self._is_open.clear()
