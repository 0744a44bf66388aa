"""The one gate of the server, for HTTP and websocket alike."""

from __future__ import annotations

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from adkconf.server.access.admission import Admission
from adkconf.server.access.callers import WEBSOCKET_PROTOCOL, Caller
from adkconf.server.access.rates import Rates
from adkconf.server.access.verdict import Head, Refusal, too_large
from adkconf.server.problems import Problem, problem_response

_POLICY_VIOLATION = 1008
# What comes at this pace may take as long as it takes.
_BYTES_PER_SECOND = 64 * 1024
# What is left of a request that was refused would be taken for the next one.
_CLOSE = {"Connection": "close"}


class Guard:
    """Refuses what the admission refuses, and what turns out too large, slow or much later.

    `scope["state"]` tells the routes behind it: `authorized`, whether a token was right (only open
    paths are reached without one), `caller`, whose it was, and the `settings` that count.
    """

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self.app = app
        self.admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        head = _head(scope)
        try:
            verdict = await self.admission.judge(head, (scope.get("client") or ("",))[0])
        except Problem as problem:
            verdict = Refusal(problem.status, str(problem.detail))
        if isinstance(verdict, Refusal):
            await _refuse(verdict, scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["authorized"] = verdict is not None
        state["caller"] = verdict or Caller()
        state["settings"] = self.admission.settings
        if scope["type"] == "websocket":
            answering = _answering(head, scope, receive, send)
            await self.app(scope, self._paced(receive, send), answering)
        else:
            await self.app(scope, self._limited(receive), send)

    def _limited(self, receive: Receive) -> Receive:
        """Counts what arrives, and how fast: a chunked body does not announce its length."""
        settings = self.admission.settings
        received = 0
        is_whole = False
        started = time.monotonic()

        async def limited() -> Message:
            nonlocal received, is_whole
            if is_whole:
                return await receive()
            patience = settings.limits.body_seconds + received / _BYTES_PER_SECOND
            try:
                async with asyncio.timeout(started + patience - time.monotonic()):
                    message = await receive()
            except TimeoutError as error:
                detail = "the body comes too slowly; see server.limits.body_seconds"
                raise Problem(408, detail, _CLOSE) from error
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                is_whole = not message.get("more_body", False)
                if received > settings.max_body_bytes:
                    refusal = too_large(settings)
                    raise Problem(refusal.status, refusal.detail, _CLOSE)
            return message

        return limited

    def _paced(self, receive: Receive, send: Send) -> Receive:
        """Hangs up on whoever sends more messages than allowed."""
        rates = Rates()

        async def paced() -> Message:
            message = await receive()
            allowed = self.admission.settings.limits.messages_per_second
            if message["type"] != "websocket.receive" or allowed is None:
                return message
            if not rates.take("", allowed):
                return message
            reason = "too many messages; see server.limits.messages_per_second"
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": reason})
            return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION, "reason": reason}

        return paced


def _answering(head: Head, scope: Scope, receive: Receive, send: Send) -> Send:
    """Says yes to the protocol that a browser gave its token with: it hangs up otherwise.

    A path without websockets, which would be an empty 403, is not found.
    """
    offered = (head.one("sec-websocket-protocol") or "").partition(",")[0].strip()
    is_answered = False

    async def answering(message: Message) -> None:
        nonlocal is_answered
        if message["type"] == "websocket.close" and not is_answered:
            detail = "no websocket is here; live conversations are at /run_live"
            await problem_response(404, detail)(scope, receive, send)
            return
        is_answered = True
        if message["type"] == "websocket.accept" and offered == WEBSOCKET_PROTOCOL:
            message = {**message, "subprotocol": message.get("subprotocol") or WEBSOCKET_PROTOCOL}
        await send(message)

    return answering


def _head(scope: Scope) -> Head:
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return Head(
        method=scope.get("method", "GET"),
        path=scope["path"],
        headers=headers,
        is_websocket=scope["type"] == "websocket",
    )


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    response = problem_response(refusal.status, refusal.detail)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    response.headers.update(_CLOSE)
    if scope["type"] == "websocket":
        await WebSocket(scope, receive, send).send_denial_response(response)
    else:
        await response(scope, receive, send)
