"""A small load generator over raw sockets: the clients' own cost must not hide the servers'."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass

_SAID = {"text": "How is it today?"}


@dataclass(frozen=True)
class Load:
    """Answered requests per second, their latencies in seconds, and how many failed."""

    rate: float
    latencies: list[float]
    failed: int


def slowest(loads: Iterable[Load], share: float = 0.99) -> float:
    """The latency that so many of all requests have not exceeded."""
    latencies = sorted(latency for load in loads for latency in load.latencies)
    return latencies[min(len(latencies) - 1, int(len(latencies) * share))]


class Connection:
    """One keep-alive connection that sends a request and reads the answer whole."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port

    async def __aenter__(self) -> Connection:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def post(self, path: str, body: object) -> tuple[int, bytes]:
        data = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        self._writer.write(head.encode() + data)
        return await self._read()

    async def _read(self) -> tuple[int, bytes]:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        status = int(head.split(" ", 2)[1])
        if "transfer-encoding: chunked" in head:
            pieces = []
            while size := int(await self._reader.readline(), 16):
                pieces.append(await self._reader.readexactly(size))
                await self._reader.readexactly(2)
            await self._reader.readexactly(2)
            return status, b"".join(pieces)
        length = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
        return status, await self._reader.readexactly(length)


async def run_load(
    port: int, path: str, *, clients: int, requests: int, streaming: bool = False, history: int = 0
) -> Load:
    """Each client works on its own sessions, twenty turns each, with so many turns behind them."""
    latencies: list[float] = []
    failed = 0

    per_client = requests // clients
    sessions: list[list[str]] = []
    async with Connection("127.0.0.1", port) as connection:
        for number in range(clients):
            count = range(0, per_client, 20)
            user = f"user{number}"
            sessions.append([await new_session(connection, user, history) for _ in count])
            for session in sessions[-1] if history else ():
                # A turn that is not counted reads what came from outside, on both sides.
                await connection.post(path, run_body(user, session, streaming=streaming))

    async def client(number: int) -> None:
        nonlocal failed
        left = list(range(per_client))
        while left:
            try:
                async with Connection("127.0.0.1", port) as connection:
                    while left:
                        session = sessions[number][left.pop() // 20]
                        body = run_body(f"user{number}", session, streaming=streaming)
                        start = time.perf_counter()
                        status, _ = await connection.post(path, body)
                        latencies.append(time.perf_counter() - start)
                        failed += status != 200
            except (OSError, asyncio.IncompleteReadError):
                # The server dropped the connection, and the request with it.
                failed += 1

    start = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(clients)))
    seconds = time.perf_counter() - start
    return Load((len(latencies) - failed) / seconds, latencies, failed)


async def new_session(connection: Connection, user: str, history: int = 0) -> str:
    turn = [
        {"author": author, "invocationId": "before", "content": {"role": role, "parts": [_SAID]}}
        for author, role in (("user", "user"), ("bench", "model"))
    ]
    body = {"events": turn * history} if history else {}
    status, answer = await connection.post(f"/apps/bench/users/{user}/sessions", body)
    assert status == 200, answer
    session: str = json.loads(answer)["id"]
    return session


def run_body(user: str, session: str, *, streaming: bool) -> dict[str, object]:
    return {
        "appName": "bench",
        "userId": user,
        "sessionId": session,
        "newMessage": {"role": "user", "parts": [_SAID]},
        "streaming": streaming,
    }
