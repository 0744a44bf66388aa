"""Connections that hold a place and do nothing with it: heads that never come, deaf readers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Response
from websockets.server import ServerProtocol
from websockets.typing import StatusLike

from adkconf.config.spec.server_access import LimitsSpec
from adkconf.server.problems import problem_response

try:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as _HttpProtocol
except ImportError:  # the extra `speed`
    from uvicorn.protocols.http.h11_impl import H11Protocol as _HttpProtocol  # type: ignore[assignment]

Limits = Callable[[], LimitsSpec]


def _not_understood() -> bytes:
    """Makes the answer to what is no HTTP, like the answers to other mistakes."""
    answer = problem_response(400, "this is no valid HTTP/1.1 request, or its head is too large")
    answer.headers["connection"] = "close"
    lines = (b"%b: %b\r\n" % header for header in answer.raw_headers)
    return b"HTTP/1.1 400 Bad Request\r\n" + b"".join(lines) + b"\r\n" + bytes(answer.body)


class _Deadline:
    """Cuts a connection when something that began does not end in time."""

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, transport: asyncio.Transport, seconds: float) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(seconds, transport.abort)

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class _Handshake(ServerProtocol):
    """Refuses handshakes with wrong versions or keys as other requests are refused."""

    def reject(self, status: StatusLike, text: str) -> Response:
        answer = problem_response(int(status), text.partition("\n")[0])
        refusal = super().reject(status, bytes(answer.body).decode())
        del refusal.headers["Content-Type"]
        refusal.headers["Content-Type"] = answer.headers["content-type"]
        return refusal


class _Listener(asyncio.Protocol):
    """Goes in front of uvicorn's protocols: cuts the connection of who does not read for long."""

    transport: asyncio.Transport
    limits: Limits

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._reader = _Deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._reader.end()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        self._reader.begin(self.transport, self.limits().stalled_seconds)
        super().pause_writing()

    def resume_writing(self) -> None:
        self._reader.end()
        super().resume_writing()


def http_protocol(limits: Limits) -> type[asyncio.Protocol]:
    """Returns uvicorn's protocol for HTTP, with deadlines for heads, pauses and readers."""

    class Timely(_Listener, _HttpProtocol):
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self.timeout_keep_alive = limits().idle_seconds  # type: ignore[assignment]
            self._head, self._head_bytes = _Deadline(), 0
            self._head.begin(transport, limits().head_seconds)

        def data_received(self, data: bytes) -> None:
            before = self.cycle
            super().data_received(data)
            if self.transport.get_protocol() is not self or self.cycle is not before:
                self._head.end()  # a request came whole, or became a websocket
                self._head_bytes = 0
            elif before is None or before.response_complete:
                self._head.begin(self.transport, limits().head_seconds)
                # The parser would gather a head without an end; h11 has a limit of its own.
                is_head = self.scope is not None and (
                    before is None or self.scope is not before.scope
                )
                self._head_bytes += len(data) if is_head else 0
                if self._head_bytes > limits().header_bytes:
                    self.transport.abort()

        def send_400_response(self, msg: str) -> None:
            self.transport.write(_not_understood())
            self.transport.close()

        def connection_lost(self, exc: Exception | None) -> None:
            self._head.end()
            super().connection_lost(exc)

    Timely.limits = staticmethod(limits)
    return Timely


def websocket_protocol(limits: Limits) -> type[asyncio.Protocol]:
    """Returns uvicorn's protocol for websockets, with a deadline for readers."""

    class Timely(_Listener, WebSocketsSansIOProtocol):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.conn = _Handshake(
                extensions=self.conn.available_extensions,
                max_size=self.config.ws_max_size,
                logger=self.conn.logger,
            )

    Timely.limits = staticmethod(limits)
    return Timely
