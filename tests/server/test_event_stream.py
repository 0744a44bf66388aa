"""The answer that streams: signs of life, requests for its head only, clients that go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from adkconf.server.running.event_stream import EventStream


class Pieces:
    """Says one thing, is silent, and then says another; knows whether it was left."""

    def __init__(self, silent_seconds: float) -> None:
        self._silent_seconds = silent_seconds
        self.begun = False
        self.ended = asyncio.Event()

    async def __call__(self) -> AsyncGenerator[bytes, None]:
        self.begun = True
        try:
            yield b"data: first\n\n"
            await asyncio.sleep(self._silent_seconds)
            yield b"data: last\n\n"
        finally:
            self.ended.set()


@pytest.fixture
def streaming(serving_app: Any) -> Callable[..., Any]:
    """Serves pieces at `/`: `async with streaming(pieces, ping_seconds=1) as client`."""

    def serve(pieces: Pieces, **options: Any) -> Any:
        async def stream(_: Request) -> EventStream:
            return EventStream(pieces(), {"X-Run-Id": "r1"}, **options)

        return serving_app(Starlette(routes=[Route("/", stream)]))

    return serve


async def test_a_silent_stream_gives_signs_of_life(streaming: Any) -> None:
    async with streaming(Pieces(0.3), ping_seconds=0.05) as client:
        first, *pings, last, end = (await client.get("/")).text.split("\n\n")
    assert (first, last, end) == ("data: first", "data: last", "")
    assert set(pings) == {": ping"}


async def test_a_stream_that_is_not_silent_for_long_gives_none(streaming: Any) -> None:
    async with streaming(Pieces(0.05)) as client:
        assert (await client.get("/")).text == "data: first\n\ndata: last\n\n"


async def test_its_head_comes_without_a_run_being_heard(streaming: Any) -> None:
    pieces = Pieces(60)
    async with streaming(pieces) as client:
        answer = await client.head("/", timeout=5)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-run-id"] == "r1"
    assert not pieces.begun


async def test_a_client_that_leaves_ends_the_pieces(streaming: Any) -> None:
    pieces = Pieces(60)
    async with streaming(pieces) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/", timeout=0.2)
        async with asyncio.timeout(5):
            await pieces.ended.wait()
