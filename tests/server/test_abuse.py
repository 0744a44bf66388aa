"""Clients that do to a server what protocols allow and nobody should (H5)."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from adkconf.config.spec.server_access import LimitsSpec
from tests.server.test_serve import served

__all__ = ["served"]

SESSION = "/apps/stamper/users/ada/sessions/s1"
RUNS = f"{SESSION}/runs"
HEAD = b"POST /run HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
def limited(served: Callable[..., Any]) -> Callable[..., Any]:
    def serve(limits: dict[str, Any], **settings: Any) -> Any:
        return served(limits=LimitsSpec(**limits), **settings)

    return serve


async def opened(client: httpx.AsyncClient) -> Stream:
    return await asyncio.open_connection("127.0.0.1", client.base_url.port)


async def ended(stream: Stream, seconds: float = 5) -> bytes:
    """Reads until the server hangs up."""
    reader, writer = stream
    try:
        return await asyncio.wait_for(reader.read(), seconds)
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def drip(stream: Stream) -> float:
    """Sends a head letter by letter; returns after how many seconds the server had enough."""
    started = time.monotonic()
    reader, writer = stream
    hung_up = asyncio.ensure_future(reader.read())
    writer.write(b"GET /health HTTP/1.1\r\nX-Slow: ")
    while not hung_up.done():
        writer.write(b"a")
        await asyncio.wait([hung_up], timeout=0.1)
    writer.close()
    hung_up.exception()
    return time.monotonic() - started


async def asked_meanwhile(client: httpx.AsyncClient, work: asyncio.Future[Any]) -> list[float]:
    """Asks until the work is done; returns how long each answer took, sorted."""
    times = []
    while not work.done():
        started = time.monotonic()
        assert (await client.get("/list-apps")).status_code == 200
        times.append(time.monotonic() - started)
        await asyncio.sleep(0.005)
    return sorted(times)


async def drip_many(client: httpx.AsyncClient, count: int) -> tuple[list[float], list[float]]:
    streams = [await opened(client) for _ in range(count)]
    work = asyncio.gather(*map(drip, streams))
    times = await asked_meanwhile(client, work)
    return await work, times


async def test_heads_that_drip_are_cut_and_disturb_nobody(limited: Any) -> None:
    async with limited({"head_seconds": 0.5}) as (client, _, _):
        lasted, times = await drip_many(client, 20)
    assert min(lasted) > 0.2
    assert max(lasted) < 3
    assert times[len(times) // 2] < 0.2


@pytest.mark.stress
async def test_five_hundred_dripping_heads_disturb_nobody(limited: Any) -> None:
    async with limited({"head_seconds": 3}) as (client, _, _):
        lasted, times = await drip_many(client, 500)
    print(f"cut after {max(lasted):.2f} s; others' p99 {times[int(len(times) * 0.99)]:.3f} s")
    assert max(lasted) < 8
    assert times[int(len(times) * 0.99)] < 0.5


async def test_who_says_nothing_is_cut_too(limited: Any) -> None:
    async with limited({"head_seconds": 0.3}) as (client, _, _):
        assert await ended(await opened(client)) == b""


async def test_a_kept_connection_is_no_way_around(limited: Any) -> None:
    async with limited({"head_seconds": 0.3}) as (client, _, _):
        stream = await opened(client)
        stream[1].write(b"GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await stream[0].readuntil(b"}")
        assert await asyncio.wait_for(drip(stream), 5) < 3


async def test_an_idle_connection_is_kept_as_long_as_it_is_said(limited: Any) -> None:
    request = b"GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n"
    async with limited({"idle_seconds": 0.5}) as (client, _, _):
        reader, writer = await opened(client)
        for _ in range(2):
            writer.write(request)
            await reader.readuntil(b"}")
            await asyncio.sleep(0.1)
        assert await ended((reader, writer)) == b""


async def test_a_long_answer_outlives_the_deadline_for_heads(limited: Any, run_body: Any) -> None:
    async with limited({"head_seconds": 0.1}) as (client, _, _):
        answer = await client.post("/run_sse", json=run_body("slow"))
        assert "v1" in answer.text


async def test_a_head_without_end_is_cut(limited: Any) -> None:
    async with limited({"header_bytes": 4096}) as (client, _, _):
        reader, writer = await opened(client)
        writer.write(b"GET /health HTTP/1.1\r\n" + b"X: y\r\n" * 200_000)
        assert len(await ended((reader, writer))) < 1000


@pytest.mark.parametrize(
    "said",
    [b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n"],
    ids=["TLS", "a space before the colon"],
)
async def test_what_is_no_http_gets_a_problem_too(limited: Any, said: bytes) -> None:
    async with limited({}) as (client, _, _):
        stream = await opened(client)
        stream[1].write(said)
        head, _, body = (await ended(stream)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == 400


async def test_a_gigabyte_that_is_announced_is_refused_at_once(limited: Any) -> None:
    async with limited({}) as (client, _, _):
        stream = await opened(client)
        stream[1].write(HEAD + b"Content-Length: 1073741824\r\n\r\n")
        assert (await ended(stream)).startswith(b"HTTP/1.1 413 ")


async def pour(client: httpx.AsyncClient) -> int:
    """Sends a gigabyte in chunks; returns how much of it went before the server hung up."""
    sent = 0
    _, writer = await opened(client)
    writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    with pytest.raises(ConnectionError):
        while sent < 1024 * 1024 * 1024:
            writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
            await writer.drain()
            sent += 0x10000
    writer.close()
    return sent


async def test_a_gigabyte_that_is_not_announced_is_cut_off(limited: Any) -> None:
    async with limited({}, max_body_bytes=1024 * 1024) as (client, _, _):
        sent = await pour(client)
        assert (await client.get("/ready")).status_code == 200
    assert sent < 64 * 1024 * 1024


async def test_a_million_levels_are_no_json(limited: Any) -> None:
    async with limited({}) as (client, _, _):
        content = '{"userId": "u", "stateDelta": ' + "[" * 1_000_000
        headers = {"content-type": "application/json"}
        started = time.monotonic()
        answer = await client.post("/run", content=content, headers=headers)
        assert answer.status_code == 422
        assert time.monotonic() - started < 2
        assert len(answer.content) < 1000


async def test_a_message_that_is_too_large_ends_a_websocket(limited: Any) -> None:
    async with limited({}, max_body_bytes=10_000) as (client, _, _):
        url = str(client.base_url).replace("http", "ws")
        query = "run_live?app_name=stamper&user_id=ada&session_id=s1"
        async with connect(f"{url}/{query}") as socket:
            await socket.send("x" * 20_000)
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


async def none_run(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(5):
        while (await client.get(RUNS)).json():  # noqa: ASYNC110 (over HTTP there is no event)
            await asyncio.sleep(0.02)


def sse_request(body: dict[str, Any]) -> bytes:
    content = json.dumps(body).encode()
    head = HEAD.replace(b"/run ", b"/run_sse ")
    return head + b"Content-Length: %d\r\n\r\n" % len(content) + content


async def test_a_reader_that_never_reads_is_left(
    limited: Any, run_body: Any, app_file: Path
) -> None:
    await asyncio.to_thread(app_file.write_text, "v" + "x" * 500_000)
    async with limited({"stalled_seconds": 0.5}) as (client, _, _):
        stream = await opened(client)
        stream[1].write(sse_request(run_body("slow", streaming=True)))
        await asyncio.sleep(0.3)
        assert (await client.get(RUNS)).json() != []
        await none_run(client)
        stream[1].close()


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def highest_while(work: asyncio.Future[Any]) -> int:
    highest = 0
    while not work.done():
        highest = max(highest, resident_bytes())
        await asyncio.sleep(0.01)
    return highest


async def deaf(client: httpx.AsyncClient, body: dict[str, Any]) -> None:
    """Starts a stream and reads nothing of it until the server hangs up."""
    path = f"/apps/stamper/users/ada/sessions/{body['sessionId']}"
    await client.post(path)
    stream = await opened(client)
    stream[1].write(sse_request(body))
    await asyncio.sleep(3)
    stream[1].close()


@pytest.mark.stress
@pytest.mark.timeout(300)
async def test_abuse_of_all_kinds_at_once_costs_little_memory(
    limited: Any, run_body: Any, app_file: Path
) -> None:
    """The clients are in the same process: what they need counts too."""
    await asyncio.to_thread(app_file.write_text, "v" + "x" * 20_000)
    limits = {"head_seconds": 3, "stalled_seconds": 1}
    async with limited(limits, max_body_bytes=1024 * 1024) as (client, _, _):
        await client.post("/run", json=run_body())
        before = resident_bytes()
        streams = [await opened(client) for _ in range(500)]
        work = asyncio.gather(
            *map(drip, streams),
            *(pour(client) for _ in range(10)),
            *(deaf(client, run_body("slow", f"d{n}", streaming=True)) for n in range(20)),
        )
        grown = await highest_while(work) - before
        await work
        assert (await client.get("/ready")).status_code == 200
    print(f"at most {grown / 2**20:+.1f} MB")
    assert grown < 50 * 1024 * 1024


@pytest.mark.parametrize("frames", [1, 7])
@pytest.mark.parametrize("lasting", [False, True])
async def test_a_run_ends_as_wanted_when_its_client_leaves(
    limited: Any, run_body: Any, frames: int, lasting: bool
) -> None:
    async with limited({}, lasting_runs=lasting) as (client, _, _):
        assert await leave_after(client, run_body("slow", streaming=True), frames) is lasting


@pytest.mark.stress
@pytest.mark.parametrize("lasting", [False, True])
async def test_a_run_ends_as_wanted_whenever_its_client_leaves(
    limited: Any, run_body: Any, lasting: bool
) -> None:
    async with limited({}, lasting_runs=lasting) as (client, _, _):
        for frames in range(1, 20):
            await client.delete(SESSION)
            await client.post(SESSION)
            assert await leave_after(client, run_body("slow", streaming=True), frames) is lasting


async def leave_after(client: httpx.AsyncClient, body: dict[str, Any], frames: int) -> bool:
    """Leaves a run after so many frames; returns whether its whole answer was stored."""
    reader, writer = await opened(client)
    writer.write(sse_request(body))
    for _ in range(frames):
        await reader.readuntil(b"data: ")
    writer.transport.abort()
    await none_run(client)
    session = (await client.get(SESSION)).json()
    return any(event["author"] == "root" for event in session["events"])
