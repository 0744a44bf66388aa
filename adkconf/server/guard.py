"""The one gate of the server, for HTTP and websocket alike."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adkconf.errors import ConfigError
from adkconf.server.problems import Problem, problem_response
from adkconf.server.settings import Settings
from adkconf.server.verdict import Head, Refusal, is_authorized, is_loopback, judge, too_large

_POLICY_VIOLATION = 1008


def check_bind(settings: Settings) -> None:
    """Refuses to listen to other machines without authentication.

    Raises:
        ConfigError: the host is not loopback and there is no token.
    """
    if not settings.tokens and not is_loopback(settings.host):
        raise ConfigError(
            f"refusing to listen on {settings.host} without authentication: anyone who reaches "
            "it could use the app. Set server.auth, or listen on 127.0.0.1"
        )


class Guard:
    """Refuses what `judge` refuses, and bodies that turn out too large while they arrive.

    `scope["state"]["authorized"]` tells the routes behind it whether a token was right: only
    open paths are reached without one.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        head = _head(scope)
        refusal = judge(head, self.settings)
        if refusal is not None:
            await _refuse(refusal, scope, receive, send)
            return
        scope.setdefault("state", {})["authorized"] = is_authorized(head, self.settings)
        await self.app(scope, self._limited(receive), send)

    def _limited(self, receive: Receive) -> Receive:
        """Counts what arrives: a chunked body does not announce its length."""
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > self.settings.max_body_bytes:
                    refusal = too_large(self.settings)
                    raise Problem(refusal.status, refusal.detail)
            return message

        return limited


def _head(scope: Scope) -> Head:
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return Head(
        method=scope.get("method", "GET"),
        path=scope["path"],
        headers=headers,
    )


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        # Before the handshake is accepted: the client sees HTTP 403.
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": refusal.detail})
        return
    response = problem_response(refusal.status, refusal.detail)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    response.headers["Connection"] = "close"
    await response(scope, receive, send)
