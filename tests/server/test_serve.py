from __future__ import annotations

import asyncio
import io
import re
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from adkconf.errors import ConfigError, ServiceError
from adkconf.server.process.console import Console
from adkconf.server.process.serve import serve
from adkconf.server.settings import Settings


class Terminal(io.StringIO):
    """Collects what is printed, and waits for it."""

    async def shows(self, pattern: str) -> re.Match[str]:
        async with asyncio.timeout(5):
            while (match := re.search(pattern, self.getvalue())) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        return match


def console(terminal: Terminal) -> Console:
    return Console(terminal, lambda found: "\n".join(f"{d.line}: {d.message}" for d in found))


@pytest.fixture
def served(loader: Any) -> Callable[..., Any]:
    """Serves on a free port until the block ends; yields a client, the terminal and the task."""

    @asynccontextmanager
    async def start(follow: bool = False, **settings: Any) -> AsyncIterator[Any]:
        terminal = Terminal()
        task = asyncio.create_task(
            serve(
                [("app.txt", loader)],
                Settings(port=0, **settings),
                console(terminal),
                follow=follow,
            )
        )
        url = (await terminal.shows(r"http://127.0.0.1:\d+"))[0]
        async with httpx.AsyncClient(base_url=url, timeout=20) as client:
            await client.post("/apps/stamper/users/ada/sessions/s1")
            yield client, terminal, task
        if not task.done():
            signal.raise_signal(signal.SIGTERM)
        await task

    return start


async def test_one_line_tells_where_the_app_answers(served: Any) -> None:
    async with served() as (client, terminal, _):
        assert (await client.get("/health")).status_code == 200
    assert re.fullmatch(
        r"adkconf \S+ serves 'stamper' at http://127.0.0.1:\d+ \(generation 1\); Ctrl-C stops it\n",
        terminal.getvalue(),
    )


async def test_the_address_is_told_when_it_answers(loader: Any) -> None:
    class Eager(io.StringIO):
        def write(self, text: str) -> int:
            if found := re.search(r"http://(127.0.0.1):(\d+)", text):
                socket.create_connection((found[1], int(found[2]))).close()
                signal.raise_signal(signal.SIGTERM)
            return super().write(text)

    told = Console(Eager(), str)
    async with asyncio.timeout(5):
        await serve([("app.txt", loader)], Settings(port=0), told, follow=False)


async def test_small_answers_do_not_wait_for_acknowledgements(served: Any) -> None:
    async with served() as (client, _, _):
        times = []
        for _ in range(20):
            started = time.monotonic()
            await client.get("/version")
            times.append(time.monotonic() - started)
        # Each would; a busy machine holds up some.
        assert min(times) < 0.04


async def test_a_port_in_use_is_said_in_one_sentence(loader: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServiceError, match=f"127.0.0.1:{port}: the port is in use"):
            await serve(
                [("app.txt", loader)], Settings(port=port), console(Terminal()), follow=False
            )


async def test_a_host_that_does_not_exist_is_said_in_one_sentence(loader: Any) -> None:
    settings = Settings(host="no-such-host.invalid", tokens=("t",))
    with pytest.raises(ServiceError, match=r"cannot listen on no-such-host\.invalid:8000"):
        await serve([("app.txt", loader)], settings, console(Terminal()), follow=False)


async def test_a_public_host_without_token_is_refused(loader: Any) -> None:
    with pytest.raises(ConfigError, match="without authentication"):
        await serve(
            [("app.txt", loader)], Settings(host="0.0.0.0"), console(Terminal()), follow=False
        )


async def test_a_broken_app_does_not_start(loader: Any, app_file: Path) -> None:
    await asyncio.to_thread(app_file.write_text, "broken")
    with pytest.raises(ConfigError):
        await serve([("app.txt", loader)], Settings(port=0), console(Terminal()), follow=False)


async def test_edits_are_taken_over_and_told(served: Any, app_file: Path, run_body: Any) -> None:
    async with served(follow=True) as (client, terminal, _):
        await terminal.shows(r"generation 1, following 1 file\)")
        await asyncio.to_thread(app_file.write_text, "oops")
        await terminal.shows(r"edit rejected, generation 1 goes on:\n1: 'oops' is no v")
        await asyncio.to_thread(app_file.write_text, "v1")
        await terminal.shows(r"edit taken back, generation 1 goes on")
        await asyncio.to_thread(app_file.write_text, "v2")
        await terminal.shows(
            r"(\d\d:){2}\d\d reloaded: generation 2 \([0-9a-f]{12}\) answers now\n"
        )
        [event] = (await client.post("/run", json=run_body())).json()
        assert event["content"]["parts"][0]["text"] == "v2: hello"


async def test_without_follow_edits_wait_for_a_restart(served: Any, app_file: Path) -> None:
    async with served() as (client, _, _):
        await asyncio.to_thread(app_file.write_text, "v2")
        await asyncio.sleep(0.3)
        assert (await client.get("/health")).json()["generation"]["number"] == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_lets_streams_finish(
    served: Any, run_body: Any, number: signal.Signals
) -> None:
    async with served() as (client, terminal, task):
        body = run_body("slow", streaming=True)
        async with client.stream("POST", "/run_sse", json=body) as stream:
            lines = stream.aiter_lines()
            await anext(lines)
            signal.raise_signal(number)
            rest = [line async for line in lines if line]
        assert len(rest) == 20
        await task
    assert "stopping when 1 request is done" in terminal.getvalue()


async def test_a_second_signal_cuts_them(served: Any, run_body: Any) -> None:
    async with served() as (client, terminal, task):
        run = asyncio.create_task(client.post("/run", json=run_body("stuck")))
        await asyncio.sleep(0.1)
        signal.raise_signal(signal.SIGTERM)
        await terminal.shows("stopping when 1 request ")
        signal.raise_signal(signal.SIGTERM)
        assert (await run).status_code == 503
        await task


async def test_a_run_that_outlasts_the_deadline_is_cut(served: Any, run_body: Any) -> None:
    async with served(drain_seconds=0.2) as (client, _, task):
        run = asyncio.create_task(client.post("/run", json=run_body("stuck")))
        await asyncio.sleep(0.1)
        started = time.monotonic()
        signal.raise_signal(signal.SIGTERM)
        assert (await run).status_code == 503
        await task
        # A model that is stuck is so for a minute.
        assert time.monotonic() - started < 15


async def test_a_stream_that_is_cut_does_not_look_finished(served: Any, run_body: Any) -> None:
    async with served(drain_seconds=0.1) as (client, _, _):
        run = client.post("/run_sse", json=run_body("stuck"))
        task = asyncio.create_task(run)
        await asyncio.sleep(0.1)
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(httpx.RemoteProtocolError):
            await task
