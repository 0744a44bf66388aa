from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from adkconf.config.spec.server_access import LimitsSpec
from adkconf.server.access.rates import Rates
from adkconf.server.problems import Problem
from adkconf.server.running.run_slots import RunSlots

SESSIONS = "/apps/stamper/users/ada/sessions"


@pytest.fixture
def limited(serving: Any) -> Callable[..., Any]:
    def serve(limits: dict[str, Any], **settings: Any) -> Any:
        return serving(limits=LimitsSpec(**limits), **settings)

    return serve


@pytest.mark.parametrize(("per_second", "at_once"), [(0.1, 1), (1, 2), (5, 10), (1000, 2000)])
def test_two_seconds_worth_may_come_at_once(per_second: float, at_once: int) -> None:
    now = 0.0
    rates = Rates(lambda: now)
    for _ in range(at_once):
        assert rates.take("a", per_second) == 0
    wait = rates.take("a", per_second)
    assert wait == pytest.approx(1 / per_second)
    assert rates.take("b", per_second) == 0
    now += wait
    assert rates.take("a", per_second) == 0
    assert rates.take("a", per_second) > 0


def test_strangers_do_not_fill_the_memory() -> None:
    rates = Rates(lambda: 0.0)
    for number in range(20_000):
        rates.take(number, 1)
    assert len(rates._full_at) == 10_000
    assert rates.take(19_999, 1) == 0
    assert rates.take(19_999, 1) > 0


async def test_too_many_requests_are_told_when_to_come_again(limited: Any) -> None:
    async with limited({"requests_per_second": 0.5}) as client:
        assert (await client.get("/version")).status_code == 200
        refused = await client.get("/version")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
        assert (await client.get("/health")).status_code == 200
        assert (await client.get("/ready")).status_code == 200


async def test_users_are_counted_by_their_tokens(limited: Any) -> None:
    users = {"1": "ada", "2": "bob", "3": "ada"}
    async with limited({"requests_per_second": 0.1}, users=users) as client:
        headers = [{"authorization": f"Bearer {token}"} for token in ("1", "2", "3")]
        answers = [await client.get("/version", headers=each) for each in headers]
        assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_guessing_tokens_is_slowed_down(limited: Any) -> None:
    async with limited({"requests_per_second": 1}, tokens=("right",)) as client:
        wrong = {"authorization": "Bearer wrong"}
        statuses = [(await client.get("/version", headers=wrong)).status_code for _ in range(3)]
        assert statuses == [401, 401, 429]


async def test_strangers_do_not_use_up_what_callers_may(limited: Any) -> None:
    async with limited({"requests_per_second": 1}, tokens=("right",)) as client:
        refused = [(await client.get("/version")).status_code for _ in range(3)]
        assert refused == [401, 401, 429]
        right = {"authorization": "Bearer right"}
        assert (await client.get("/version", headers=right)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        [(f"x-{number}", "") for number in range(20)],
        [("x", "")] * 20,
        [("x", "y" * 2000)],
        [(f"x-{'y' * 2000}", "")],
    ],
)
async def test_many_or_large_headers_are_refused(limited: Any, headers: Any) -> None:
    async with limited({"headers": 15, "header_bytes": 1500}) as client:
        assert (await client.get("/version", headers=headers)).status_code == 431
        assert (await client.get("/version")).status_code == 200


async def stuck(client: httpx.AsyncClient, run_body: Any, session: str, user: str = "ada") -> Any:
    """Starts a run that goes on until its task is cancelled."""
    await client.post(f"/apps/stamper/users/{user}/sessions/{session}")
    body = run_body("stuck", session, userId=user)
    task = asyncio.create_task(client.post("/run_sse", json=body))
    await asyncio.sleep(0.05)
    return task


async def test_a_user_has_only_so_many_runs(limited: Any, run_body: Any) -> None:
    async with limited({"runs_per_user": 1}) as client:
        task = await stuck(client, run_body, "s1")
        await client.post(f"{SESSIONS}/s2")
        refused = await client.post("/run", json=run_body(session_id="s2"))
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        other = await client.post("/apps/stamper/users/bob/sessions/s1")
        assert other.status_code == 200
        answer = await client.post("/run", json=run_body(userId="bob"))
        assert answer.status_code == 200
        task.cancel()
        await asyncio.sleep(0.05)
        assert (await client.post("/run", json=run_body(session_id="s2"))).status_code == 200


async def test_a_full_server_lets_some_wait_and_sends_others_away(
    limited: Any, run_body: Any
) -> None:
    async with limited({"runs": 1, "waiting_runs": 1}) as client:
        first = await stuck(client, run_body, "s1")
        await client.post(f"{SESSIONS}/s2")
        waiting = asyncio.create_task(client.post("/run", json=run_body(session_id="s2")))
        await asyncio.sleep(0.05)
        refused = await client.post("/run", json=run_body(session_id="s2"))
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert not waiting.done()
        first.cancel()
        assert (await waiting).status_code == 200


async def test_a_live_conversation_is_a_run(limited: Any, run_body: Any, session: str) -> None:
    async with limited({"runs": 1, "waiting_runs": 0}) as client:
        task = await stuck(client, run_body, "s2")
        handshake = {"connection": "Upgrade", "upgrade": "websocket"}
        handshake |= {
            "sec-websocket-version": "13",
            "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
        }
        query = "?app_name=stamper&user_id=ada&session_id=s1"
        refused = await client.get(f"/run_live{query}", headers=handshake)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        task.cancel()


async def test_who_leaves_the_line_leaves_no_gap() -> None:
    slots = RunSlots(lambda: LimitsSpec(runs=1))
    leave = await slots.take("a")
    lines = [asyncio.create_task(slots.take(name)) for name in "bcd"]
    await asyncio.sleep(0)
    lines[0].cancel()
    leave()
    lines[1].cancel()  # its turn has just come
    await asyncio.wait(lines, timeout=1)
    (await lines[2])()
    (await slots.take("e"))()
    assert (slots._running, len(slots._waiting), len(slots._of_user)) == (0, 0, 0)


async def test_runs_begin_in_the_order_they_came() -> None:
    slots = RunSlots(lambda: LimitsSpec(runs=2, waiting_runs=5, runs_per_user=3))
    order: list[int] = []

    async def run(number: int) -> None:
        leave = await slots.take(f"u{number % 3}")
        order.append(number)
        await asyncio.sleep(0.001)
        leave()

    await asyncio.gather(*(run(number) for number in range(7)))
    assert order == list(range(7))


async def test_a_user_in_line_counts() -> None:
    slots = RunSlots(lambda: LimitsSpec(runs=1, runs_per_user=2))
    leave = await slots.take("a")
    waiting = asyncio.create_task(slots.take("a"))
    await asyncio.sleep(0)
    with pytest.raises(Problem, match="runs_per_user"):
        await slots.take("a")
    leave()
    (await waiting)()


async def test_a_flood_of_messages_is_hung_up_on(limited: Any) -> None:
    async with limited({"messages_per_second": 5}) as client:
        await client.post(f"{SESSIONS}/s1")
        url = str(client.base_url).replace("http", "ws")
        with pytest.raises(ConnectionClosed) as closed:
            async with connect(
                f"{url}/run_live?app_name=stamper&user_id=ada&session_id=s1"
            ) as socket:
                for _ in range(20):
                    await socket.send('{"activityStart": {}}')
                await socket.recv()
                await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008


async def test_a_body_that_drips_is_refused(limited: Any) -> None:
    async with limited({"body_seconds": 0.2}) as client:
        reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        writer.write(b"POST /run HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n")
        writer.write(b"Content-Type: application/json\r\n\r\n{")
        answer = (await asyncio.wait_for(reader.read(), 5)).lower()
        writer.close()
    assert answer.startswith(b"http/1.1 408 ")
    assert b"connection: close" in answer
