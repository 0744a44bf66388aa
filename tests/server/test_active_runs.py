"""Runs that are listed, cancelled, heard again, and go on without their clients."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from adkconf.config.spec.server_access import LimitsSpec
from adkconf.launch.live import Live
from adkconf.server.running.frame_log import FrameLog

SESSION = "/apps/stamper/users/ada/sessions/s1"


@pytest.fixture
async def lasting(serving: Callable[..., Any]) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(lasting_runs=True, resume_seconds=5) as client:
        assert (await client.post(SESSION)).status_code == 200
        yield client


def numbered(body: str) -> list[tuple[str, dict[str, Any]]]:
    frames = []
    for frame in body.split("\n\n")[:-1]:
        ident, data = frame.split("\n")
        frames.append((ident.removeprefix("id: "), json.loads(data.removeprefix("data: "))))
    return frames


async def first_frames(client: httpx.AsyncClient, body: dict[str, Any], count: int) -> str:
    """Reads a few frames of a stream and hangs up."""
    read = ""
    async with client.stream("POST", "/run_sse", json=body) as answer:
        async for piece in answer.aiter_text():
            read += piece
            if read.count("\n\n") >= count:
                break
    return "\n\n".join(read.split("\n\n")[:count]) + "\n\n"


async def until_idle(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(5):
        while (await client.get(f"{SESSION}/runs")).json():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def running(client: httpx.AsyncClient) -> dict[str, Any]:
    async with asyncio.timeout(5):
        while not (found := (await client.get(f"{SESSION}/runs")).json()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    run: dict[str, Any] = found[0]
    return run


async def test_a_client_that_comes_back_hears_exactly_what_it_missed(
    lasting: httpx.AsyncClient, run_body: Any
) -> None:
    body = run_body("slow", streaming=True)
    before = numbered(await first_frames(lasting, body, 3))
    last = before[-1][0]
    answer = await lasting.post("/run_sse", json=body, headers={"Last-Event-ID": last})
    run_id = last.partition(".")[0]
    after = numbered(answer.text)
    assert [ident for ident, _ in before + after] == [f"{run_id}.{n}" for n in range(1, 22)]
    assert after[-1][1]["content"]["parts"][0]["text"] == "v1 " * 20
    stored = (await lasting.get(SESSION)).json()["events"]
    assert [event["author"] for event in stored] == ["user", "root"]


async def test_an_ended_stream_is_heard_again_by_get(
    lasting: httpx.AsyncClient, run_body: Any
) -> None:
    whole = await lasting.post("/run_sse", json=run_body("hello", streaming=True))
    run = f"{SESSION}/runs/{whole.headers['x-run-id']}"
    assert (await lasting.get(run)).text == whole.text
    last = numbered(whole.text)[0][0]
    again = await lasting.get(run, headers={"Last-Event-ID": last})
    assert again.text == whole.text.split("\n\n", 1)[1]


async def test_a_lasting_run_is_stored_though_its_client_left(
    lasting: httpx.AsyncClient, run_body: Any
) -> None:
    with pytest.raises(httpx.TimeoutException):
        await lasting.post("/run", json=run_body("slow"), timeout=0.05)
    await until_idle(lasting)
    events = (await lasting.get(SESSION)).json()["events"]
    assert events[-1]["content"]["parts"][0]["text"] == "v1 " * 20


@pytest.mark.parametrize(
    "last", ["unknown.1", "{run}.999", "{run}.x", "{run}.-1", "nothing", "\u0663"]
)
async def test_a_stream_that_cannot_go_on_is_gone_and_nothing_runs_twice(
    lasting: httpx.AsyncClient, run_body: Any, last: str
) -> None:
    run = (await lasting.post("/run_sse", json=run_body("hello"))).headers["x-run-id"]
    stored = (await lasting.get(SESSION)).json()["events"]
    header = {"Last-Event-ID": last.format(run=run).encode()}
    answer = await lasting.post("/run_sse", json=run_body("hello"), headers=header)
    assert answer.status_code == 410
    assert (await lasting.get(SESSION)).json()["events"] == stored


async def test_another_session_does_not_reach_a_run(
    lasting: httpx.AsyncClient, run_body: Any
) -> None:
    run = (await lasting.post("/run_sse", json=run_body("hello"))).headers["x-run-id"]
    for place in ("/apps/stamper/users/eve/sessions/s1", "/apps/stamper/users/ada/sessions/s2"):
        assert (await lasting.get(f"{place}/runs/{run}")).status_code == 410
        assert (await lasting.post(f"{place}/runs/{run}/cancel")).status_code == 410


@pytest.mark.parametrize("route", ["/run", "/run_sse"])
@pytest.mark.usefixtures("session")
async def test_a_cancelled_run_ends_and_leaves_its_session_usable(
    client: httpx.AsyncClient, run_body: Any, route: str
) -> None:
    waiting = asyncio.create_task(client.post(route, json=run_body("stuck")))
    run = await running(client)
    assert run["streaming"] is (route == "/run_sse")
    answer = await client.post(f"{SESSION}/runs/{run['id']}/cancel")
    assert answer.json() == {"id": run["id"], "cancelled": True}
    assert "the run was cancelled" in (told := await waiting).text
    assert told.status_code == (409 if route == "/run" else 200)
    assert (await client.get(f"{SESSION}/runs")).json() == []
    assert (await client.post("/run", json=run_body("hello"))).status_code == 200


async def test_a_lasting_run_holds_its_generation_and_ends_with_it(
    live: Live, serving: Callable[..., Any], run_body: Any
) -> None:
    async with serving(lasting_runs=True) as client:
        await client.post(SESSION)
        with contextlib.suppress(httpx.TimeoutException):
            await client.post("/run", json=run_body("stuck"), timeout=0.05)
        assert (await running(client))["streaming"] is False
        live.cut()
        await until_idle(client)


async def left_alone(client: httpx.AsyncClient, body: dict[str, Any]) -> None:
    """Starts a run and leaves it."""
    await client.post(SESSION)
    with contextlib.suppress(httpx.TimeoutException):
        await client.post("/run", json=body, timeout=0.05)
    await running(client)


async def test_a_lasting_run_frees_its_slot_when_it_ends_not_when_its_client_leaves(
    serving: Callable[..., Any], run_body: Any
) -> None:
    limits = LimitsSpec(runs=1, waiting_runs=0, runs_per_user=1)
    async with serving(lasting_runs=True, limits=limits) as client:
        await left_alone(client, run_body("slow"))
        await client.post("/apps/stamper/users/bob/sessions/s1")
        for user, status in (("bob", 503), ("ada", 429)):
            refused = await client.post("/run", json=run_body(userId=user))
            assert refused.status_code == status
        await until_idle(client)
        assert (await client.post("/run", json=run_body(userId="bob"))).status_code == 200


async def test_a_lasting_run_ends_on_the_app_it_started_with(
    live: Live, serving: Callable[..., Any], run_body: Any, app_file: Path
) -> None:
    built: Any = live.current.built
    async with serving(lasting_runs=True) as client:
        await left_alone(client, run_body("slow"))
        await asyncio.to_thread(app_file.write_text, "v2")
        assert (await live.reload()).draining == 1
        assert not built.closed
        await until_idle(client)
        stored = (await client.get(SESSION)).json()["events"]
    assert stored[-1]["content"]["parts"][0]["text"] == "v1 " * 20
    async with asyncio.timeout(5):
        while not built.closed:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_log_that_does_not_keep_makes_its_writer_wait() -> None:
    log = FrameLog(limit=4, keep=False)
    log.write(b"abcd")
    waiting = asyncio.create_task(log.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    reader = log.read()
    assert await anext(reader) == b"abcd"
    await waiting
    log.end()
    assert [piece async for piece in reader] == []


async def test_a_log_that_keeps_forgets_the_oldest_frames() -> None:
    log = FrameLog(limit=4, keep=True)
    for frame in (b"ab", b"cd", b"ef"):
        log.write(frame)
        await log.room()
    log.end()
    assert [log.reaches(after) for after in range(5)] == [False, True, True, True, False]
    assert [piece async for piece in log.read(1)] == [b"cdef"]
    assert [piece async for piece in log.read(0)] == []


async def test_a_run_of_another_worker_is_not_said_to_be_gone(serving: Any, run_body: Any) -> None:
    async with serving(lasting_runs=True, worker=2) as client:
        await client.post(SESSION)
        run = (await client.post("/run_sse", json=run_body("hello"))).headers["x-run-id"]
        assert run.startswith("2-")
        assert (await client.get(f"{SESSION}/runs/{run}")).status_code == 200
        other = run.replace("2-", "1-")
        header = {"Last-Event-ID": f"{other}.1"}
        answers = [
            await client.get(f"{SESSION}/runs/{other}"),
            await client.post(f"{SESSION}/runs/{other}/cancel"),
            await client.post("/run_sse", json=run_body("hello"), headers=header),
        ]
        assert {answer.status_code for answer in answers} == {421}
        assert "over a new connection" in answers[0].json()["detail"]
        assert (await client.get(f"{SESSION}/runs/2-{'0' * 32}")).status_code == 410
