"""The google-genai clients of one model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from google.genai import Client


class PerLoopClient:
    """One client per event loop, since connections belong to the loop that opened them."""

    def __init__(self) -> None:
        self._clients: dict[asyncio.AbstractEventLoop, Client] = {}
        # A finalizer of the SDK uses the client's loop, so a client stays as long as its loop.
        self._retired: list[tuple[asyncio.AbstractEventLoop, Client]] = []

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
        """Closes the connections of every loop; a later `get` makes a new client."""
        self._drop_closed_loops()
        clients, self._clients = self._clients, {}
        for loop, client in clients.items():
            if loop is asyncio.get_running_loop():
                await client.aio.aclose()
            elif loop.is_running():
                closing = asyncio.run_coroutine_threadsafe(client.aio.aclose(), loop)
                await asyncio.wrap_future(closing)
                self._retired.append((loop, client))
            client.close()

    def _drop_closed_loops(self) -> None:
        # Nothing can be awaited on a closed loop: the sockets go with the client.
        for loop in [loop for loop in self._clients if loop.is_closed()]:
            self._clients.pop(loop).close()
        self._retired = [(loop, client) for loop, client in self._retired if not loop.is_closed()]
