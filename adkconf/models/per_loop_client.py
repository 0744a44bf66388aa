"""The google-genai clients of one model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from google.genai import Client


class PerLoopClient:
    """One client per event loop, since connections belong to the loop that opened them."""

    def __init__(self) -> None:
        self._clients: dict[asyncio.AbstractEventLoop, Client] = {}

    def __deepcopy__(self, memo: object) -> PerLoopClient:
        return PerLoopClient()

    def get(self, make: Callable[[], Client]) -> Client:
        """Returns the running loop's client, made at the first call."""
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            self._drop_closed_loops()
            client = self._clients[loop] = make()
        return client

    async def close(self) -> None:
        """Closes the running loop's connections; a later `get` makes a new client."""
        self._drop_closed_loops()
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.aio.aclose()
            client.close()

    def _drop_closed_loops(self) -> None:
        # Nothing can be awaited on a closed loop: the sockets go with the client.
        for loop in [loop for loop in self._clients if loop.is_closed()]:
            self._clients.pop(loop).close()
