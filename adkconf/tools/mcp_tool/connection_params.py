"""How MCP servers are reached."""

from __future__ import annotations

import sys
from asyncio import Event
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TextIO, TypeAlias

from pydantic import BaseModel, Field

from adkconf.tools.mcp_tool.sdk import (
    StdioServerParameters,
    Timeout,
    create_mcp_http_client,
    sse_client,
    stdio_client,
    streamable_http_client,
)

Headers: TypeAlias = dict[str, str]


class StdioConnectionParams(BaseModel):
    """A process that is started; `timeout` is in seconds, for the start and for each request."""

    server_params: StdioServerParameters
    timeout: float = 5.0


class _HttpConnectionParams(BaseModel):
    """A server at `url`.

    `timeout` is in seconds for connecting, `sse_read_timeout` for the answer to a request.
    `httpx_client_factory(headers=, timeout=, auth=)` makes the client of the SDK's own HTTP
    library.
    """

    url: str
    headers: dict[str, Any] | None = Field(default=None, repr=False)
    timeout: float = 5.0
    sse_read_timeout: float = 300.0
    httpx_client_factory: Callable[..., Any] = create_mcp_http_client


class SseConnectionParams(_HttpConnectionParams):
    """A server that speaks the older HTTP transport, with server-sent events."""


class StreamableHTTPConnectionParams(_HttpConnectionParams):
    """A server that speaks streamable HTTP; `terminate_on_close` has it forget the session."""

    terminate_on_close: bool = True


ConnectionParams: TypeAlias = (
    StdioConnectionParams | SseConnectionParams | StreamableHTTPConnectionParams
)


def transport(
    params: ConnectionParams, headers: Headers, errlog: TextIO | None, forgotten: Event
) -> AbstractAsyncContextManager[Any]:
    """Returns what connects when it is entered, and disconnects when it is left.

    `errlog` (default: this program's) gets what a process writes to standard error. `forgotten` is
    set when the server does not know the session any more.
    """
    if isinstance(params, StdioConnectionParams):
        return stdio_client(params.server_params, errlog=errlog or sys.stderr)
    if isinstance(params, StreamableHTTPConnectionParams):
        return _streamable_http(params, headers, forgotten)
    return sse_client(
        params.url,
        headers=headers,
        timeout=params.timeout,
        sse_read_timeout=params.sse_read_timeout,
        httpx_client_factory=params.httpx_client_factory,
    )


def read_timeout(params: ConnectionParams) -> float:
    """Returns the seconds after which a request has failed."""
    return params.timeout if isinstance(params, StdioConnectionParams) else params.sse_read_timeout


@asynccontextmanager
async def _streamable_http(
    params: StreamableHTTPConnectionParams, headers: Headers, forgotten: Event
) -> AsyncIterator[Any]:
    async def note(response: Any) -> None:
        # MCP has this status for it; what the body says differs from server to server.
        if response.status_code == 404 and "mcp-session-id" in response.request.headers:
            forgotten.set()

    timeout = Timeout(params.timeout, read=params.sse_read_timeout)
    async with (
        params.httpx_client_factory(headers=headers, timeout=timeout) as client,
        streamable_http_client(
            params.url, http_client=client, terminate_on_close=params.terminate_on_close
        ) as streams,
    ):
        client.event_hooks["response"].append(note)
        yield streams
