"""The connections of one toolset, and google-adk's address of how servers are reached."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import TextIO, TypeVar
from urllib.parse import urlsplit

from adkconf.tools.mcp_tool.connection import Answering, Connection
from adkconf.tools.mcp_tool.connection_params import (
    ConnectionParams,
    Headers,
    SseConnectionParams,
    StdioConnectionParams,
    StreamableHTTPConnectionParams,
    read_timeout,
    transport,
)
from adkconf.tools.mcp_tool.sdk import (
    CONNECTION_CLOSED,
    ClientSession,
    ElicitationFnT,
    MCPError,
    SamplingCapability,
    SamplingFnT,
    StdioServerParameters,
)

__all__ = [
    "MCPSessionManager",
    "SseConnectionParams",
    "StdioConnectionParams",
    "StreamableHTTPConnectionParams",
]

# A connection that nobody used for so long is closed when another one is used.
_IDLE_S = 900.0

T = TypeVar("T")


class _ForgottenError(MCPError):
    """The server does not know the session any more."""


@dataclass
class _Pooled:
    connection: Connection
    calls: int = 0
    last_used: float = field(default_factory=monotonic)


class MCPSessionManager:
    """Keeps a connection per set of headers; a process has one.

    A connection that has ended is replaced when it is needed again.
    """

    def __init__(
        self,
        connection_params: StdioServerParameters | ConnectionParams,
        errlog: TextIO | None = None,
        *,
        sampling_callback: SamplingFnT | None = None,
        sampling_capabilities: SamplingCapability | None = None,
        elicitation_callback: ElicitationFnT | None = None,
    ) -> None:
        if isinstance(connection_params, StdioServerParameters):
            connection_params = StdioConnectionParams(server_params=connection_params)
        self._params: ConnectionParams = connection_params
        self._errlog = errlog
        self._answering = Answering(sampling_callback, sampling_capabilities, elicitation_callback)
        self._pool: dict[str, _Pooled] = {}
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def place(self) -> str:
        """The server, for messages; nothing secret."""
        if isinstance(self._params, StdioConnectionParams):
            return f"MCP server {self._params.server_params.command!r}"
        address = urlsplit(self._params.url)
        return f"MCP server {address.scheme}://{address.netloc.rpartition('@')[2]}{address.path}"

    def key(self, headers: Mapping[str, str] | None) -> str:
        """Returns what tells connections apart."""
        return json.dumps(self._merged(headers), sort_keys=True)

    async def create_session(self, headers: Mapping[str, str] | None = None) -> ClientSession:
        """Returns a session for these headers, an open one if there is one.

        Raises:
            ServiceUnavailableError: the server cannot be reached.
        """
        return await self._pooled(headers).connection.session()

    async def request(
        self,
        headers: Mapping[str, str] | None,
        ask: Callable[[ClientSession], Awaitable[T]],
    ) -> T:
        """Returns what `ask` does with a session.

        It is done again only if the server has forgotten the session, and so done nothing.

        Raises:
            ServiceUnavailableError: the server cannot be reached.
            MCPError: it refuses, or has gone away meanwhile.
        """
        try:
            return await self._ask(headers, ask)
        except _ForgottenError:
            return await self._ask(headers, ask)

    async def close(self) -> None:
        """Closes every connection; processes have ended afterwards."""
        for key, pooled in list(self._pool.items()):
            self._drop(key, pooled)
        if self._closing:
            await asyncio.wait(self._closing)

    async def _ask(
        self,
        headers: Mapping[str, str] | None,
        ask: Callable[[ClientSession], Awaitable[T]],
    ) -> T:
        pooled = self._pooled(headers)
        pooled.calls += 1
        try:
            return await ask(await pooled.connection.session())
        except MCPError as error:
            forgotten = pooled.connection.forgotten.is_set()
            if forgotten or error.error.code == CONNECTION_CLOSED:
                self._drop(self.key(headers), pooled)
            if forgotten:
                raise _ForgottenError(error.error.code, error.error.message) from error
            raise
        finally:
            pooled.calls -= 1
            pooled.last_used = monotonic()

    def _pooled(self, headers: Mapping[str, str] | None) -> _Pooled:
        key = self.key(headers)
        self._drop_idle(key)
        pooled = self._pool.get(key)
        here = asyncio.get_running_loop()
        if pooled is not None and (not pooled.connection.alive or pooled.connection.loop != here):
            self._drop(key, pooled)
            pooled = None
        if pooled is None:
            pooled = self._pool[key] = _Pooled(self._connection(headers))
        return pooled

    def _connection(self, headers: Mapping[str, str] | None) -> Connection:
        forgotten = asyncio.Event()
        return Connection(
            self.place,
            transport(self._params, self._merged(headers), self._errlog, forgotten),
            forgotten,
            timeout=self._params.timeout,
            read_timeout=read_timeout(self._params),
            answering=self._answering,
        )

    def _merged(self, headers: Mapping[str, str] | None) -> Headers:
        if isinstance(self._params, StdioConnectionParams):
            return {}
        return {**(self._params.headers or {}), **(headers or {})}

    def _drop_idle(self, keep: str) -> None:
        before = monotonic() - _IDLE_S
        for key, pooled in list(self._pool.items()):
            if key != keep and not pooled.calls and pooled.last_used < before:
                self._drop(key, pooled)

    def _drop(self, key: str, pooled: _Pooled) -> None:
        """Takes a connection out of the pool and closes it, without waiting."""
        if self._pool.get(key) is pooled:
            del self._pool[key]
        loop, here = pooled.connection.loop, asyncio.get_running_loop()
        if loop is here:
            task = asyncio.create_task(pooled.connection.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
        else:
            with suppress(RuntimeError):  # the loop is closed, and the connection with it
                loop.call_soon_threadsafe(lambda: loop.create_task(pooled.connection.close()))
