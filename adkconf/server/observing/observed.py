"""Sees every request come and go: gives it an id, measures it, writes a line about it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adkconf.errors import MissingExtraError
from adkconf.launch.fleet import Fleet
from adkconf.server.observing.request_ids import REQUEST_ID, current_request, request_id

logger = logging.getLogger("adkconf.requests")

# The client left before the answer began.
_NO_ANSWER = 499
# Of requests, and of websockets that are refused.
_ANSWERS = frozenset({"http.response.start", "websocket.http.response.start"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Meter(Protocol):
    """Takes measures of requests."""

    def came(self, method: str) -> None:
        """A request came."""

    def went(self, method: str, route: str, status: int, seconds: float) -> None:
        """It was answered, or given up."""


class MeterWithRoute(Meter, Protocol):
    """Also gives the measures out."""

    @property
    def route(self) -> Route:
        """`GET /metrics`."""


def meter_maker() -> Callable[[Fleet], MeterWithRoute]:
    """Returns what makes the meter of a server.

    Raises:
        MissingExtraError: the packages of the extra `metrics` are not installed.
    """
    try:
        # The extra, which few servers need.
        from adkconf.server.observing.metrics import ServerMetrics
    except ImportError as error:
        package = "opentelemetry-exporter-prometheus"
        raise MissingExtraError("/metrics", extra="metrics", package=package) from error
    return ServerMetrics


class Observed:
    """The outermost layer. `routes` has the path that each endpoint is found under."""

    def __init__(self, app: ASGIApp, routes: Mapping[Any, str], meter: Meter | None) -> None:
        self.app = app
        self._routes = routes
        self._meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        status = _NO_ANSWER
        identity = request_id(Headers(scope=scope).get(REQUEST_ID))

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] in _ANSWERS:
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = identity
            elif message["type"] == "websocket.accept":
                status = 101
            await send(message)

        method = scope.get("method", "WEBSOCKET")
        token = current_request.set(identity)
        started = time.perf_counter()
        if self._meter is not None:
            self._meter.came(method)
        try:
            await self.app(scope, receive, noting)
        finally:
            self._tell(scope, method, status, time.perf_counter() - started)
            current_request.reset(token)

    def _tell(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        if self._meter is not None:
            route = self._routes.get(scope.get("endpoint"), "")
            self._meter.went(method, route, status, seconds)
        # Looking at something is not worth a line, unless it fails.
        level = logging.DEBUG if method in _READING and status < 400 else logging.INFO
        if logger.isEnabledFor(level):
            # As it was sent: what it stands for may hold line ends and worse.
            path = quote(scope["path"], safe="/:@!$&'()*+,;=~")
            about = {"method": method, "path": path, "status": status, "seconds": seconds}
            told = f"{method} {path} {status} {seconds:.3f} s"
            logger.log(level, told, extra={"request": about})
