"""A local server that speaks the Gemini API's wire format: JSON answers and SSE streams.

Tests put answers in; the real SDK talks to it. `fixtures.py` has the pytest fixture.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

Json = dict[str, Any]


@dataclass(frozen=True)
class Received:
    """A request the server got."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Json

    @property
    def streams(self) -> bool:
        return self.path.endswith(":streamGenerateContent")

    @property
    def model(self) -> str:
        return self.path.rpartition("/")[2].partition(":")[0]


@dataclass(frozen=True)
class Answer:
    """What the server sends: the chunks of a stream; joined to one when none is asked for.

    `delay` passes before the answer and `pause` between chunks, in seconds. With `breaks` the
    connection is cut after the chunks. `raw` is sent as it is instead.
    """

    chunks: list[Json] = field(default_factory=list)
    status: int = 200
    delay: float = 0
    pause: float = 0
    breaks: bool = False
    raw: bytes | None = None


def text(words: str, **fields: Any) -> Json:
    return {"text": words, **fields}


def thought(words: str, **fields: Any) -> Json:
    return {"text": words, "thought": True, **fields}


def call(name: str, args: Json | None = None, **fields: Any) -> Json:
    return {"functionCall": {"name": name, "args": args or {}, **fields}}


def chunk(
    *parts: Json, finish: str | None = None, usage: tuple[int, int] | None = None, **candidate: Any
) -> Json:
    """One response of the API; `usage` is the tokens of prompt and answer."""
    if parts:
        candidate["content"] = {"role": "model", "parts": list(parts)}
    if finish:
        candidate["finishReason"] = finish
    message: Json = {"modelVersion": "gemini-wire-001", "responseId": "r-1"}
    if candidate:
        message["candidates"] = [{**candidate, "index": 0}]
    if usage:
        prompt, answer = usage
        message["usageMetadata"] = {
            "promptTokenCount": prompt,
            "candidatesTokenCount": answer,
            "totalTokenCount": prompt + answer,
        }
    return message


def says(*words: str, finish: str = "STOP", usage: tuple[int, int] = (7, 5)) -> Answer:
    """A plain text; several words are several chunks of it."""
    *first, last = words
    chunks = [chunk(text(word)) for word in first]
    return Answer([*chunks, chunk(text(last), finish=finish, usage=usage)])


def calls(name: str, args: Json | None = None, **fields: Any) -> Answer:
    """One function call."""
    return Answer([chunk(call(name, args, **fields), finish="STOP", usage=(7, 5))])


def refuses(status: int, name: str, message: str, **error: Any) -> Answer:
    """An error in the form of Google's APIs."""
    error = {"code": status, "message": message, "status": name, **error}
    return Answer([{"error": error}], status=status)


Script = Callable[[Received], Answer]


class GeminiServer:
    """Answers with what was put in, in order; when nothing is left, with `fallback`.

    `requests` are those received so far, `open_streams` the streams that somebody still reads.
    `caches` are the context caches there are, by their names, and `cache_calls` what was done with
    them; `refuse_caches` answers whoever wants to make one.
    """

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        routes = [
            Route("/{version}/cachedContents", self._create_cache, methods=["POST"]),
            Route("/{version}/cachedContents/{id}", self._delete_cache, methods=["DELETE"]),
            Route("/{path:path}", self._respond, methods=["POST"]),
        ]
        app = Starlette(routes=routes)
        config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )
        self.reset()

    def reset(self) -> None:
        """Forgets answers and requests."""
        self.requests: list[Received] = []
        self.open_streams = 0
        self.caches: dict[str, Json] = {}
        self.cache_calls: list[str] = []
        self.refuse_caches: Answer | None = None
        self._answers: deque[Answer] = deque()
        self.fallback: Script = lambda _: refuses(500, "INTERNAL", "the test put no answer in")

    def put(self, *answers: Answer) -> None:
        """Adds answers to give, one for each request."""
        self._answers.extend(answers)

    @contextmanager
    def running(self) -> Any:
        """Serves while the block runs."""
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.005)
        try:
            yield self
        finally:
            self._server.should_exit = True
            self._thread.join(10)
            self._socket.close()

    async def _respond(self, request: Request) -> Response:
        received = Received(
            path=request.url.path,
            query=dict(request.query_params),
            headers=dict(request.headers),
            body=json.loads(await request.body()),
        )
        self.requests.append(received)
        cache = received.body.get("cachedContent")
        if cache is not None and cache not in self.caches:
            why = "CachedContent not found (or permission denied)"
            return JSONResponse(refuses(403, "PERMISSION_DENIED", why).chunks[0], 403)
        answer = self._answers.popleft() if self._answers else self.fallback(received)
        await asyncio.sleep(answer.delay)
        if answer.raw is not None:
            kind = "application/json" if answer.status == 200 else "text/html"
            return Response(answer.raw, answer.status, media_type=kind)
        if answer.status != 200:
            return JSONResponse(answer.chunks[0], answer.status)
        if received.streams:
            return StreamingResponse(self._events(answer), media_type="text/event-stream")
        if answer.breaks:
            return StreamingResponse(_half(answer), media_type="application/json")
        return JSONResponse(_joined(answer.chunks))

    async def _create_cache(self, request: Request) -> Response:
        self.cache_calls.append("create")
        if self.refuse_caches is not None:
            return JSONResponse(self.refuse_caches.chunks[0], self.refuse_caches.status)
        body = json.loads(await request.body())
        name = f"cachedContents/{self.cache_calls.count('create')}"
        self.caches[name] = body
        expires = datetime.now(UTC) + timedelta(seconds=int(body["ttl"].removesuffix("s")))
        return JSONResponse({"name": name, "expireTime": expires.isoformat()})

    async def _delete_cache(self, request: Request) -> Response:
        name = f"cachedContents/{request.path_params['id']}"
        self.cache_calls.append(f"delete {name}")
        if self.caches.pop(name, None) is None:
            return JSONResponse(refuses(404, "NOT_FOUND", "no such cache").chunks[0], 404)
        return JSONResponse({})

    async def _events(self, answer: Answer) -> AsyncIterator[bytes]:
        self.open_streams += 1
        try:
            for message in answer.chunks:
                yield f"data: {json.dumps(message)}\r\n\r\n".encode()
                await asyncio.sleep(answer.pause)
            if answer.breaks:
                raise _Cut
        finally:
            self.open_streams -= 1


class _Cut(Exception):
    """Makes the HTTP server drop the connection."""


async def _half(answer: Answer) -> AsyncIterator[bytes]:
    body = json.dumps(_joined(answer.chunks)).encode()
    yield body[: len(body) // 2]
    raise _Cut


def _joined(chunks: list[Json]) -> Json:
    """The chunks as the one response that the API gives when it does not stream."""
    whole: Json = {}
    parts: list[Json] = []
    candidate: Json = {}
    for message in chunks:
        whole |= message
        for first in message.get("candidates", [])[:1]:
            parts += first.get("content", {}).get("parts", [])
            candidate |= first
    if parts:
        candidate["content"] = {"role": "model", "parts": parts}
    return {**whole, "candidates": [candidate]} if candidate else whole
