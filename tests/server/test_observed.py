"""Ids, log lines and measures of requests."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

SESSION = "/apps/stamper/users/ada/sessions/s1"


@pytest.fixture
async def measured(serving: Callable[..., Any]) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(metrics=True) as client:
        yield client


def value(text: str, name: str, *labels: str) -> float:
    for line in text.splitlines():
        if line.startswith(name) and all(label in line for label in labels):
            return float(line.rpartition(" ")[2])
    raise AssertionError(f"{name} {labels} is not among\n{text}")


async def test_requests_are_measured_by_route_and_status(
    measured: httpx.AsyncClient, run_body: Any
) -> None:
    await measured.post(SESSION)
    for _ in range(3):
        await measured.post("/run", json=run_body())
    await measured.get("/apps/stamper/users/ada/sessions/other")
    text = (await measured.get("/metrics")).text
    count = "http_server_request_duration_seconds_count"
    assert value(text, count, 'http_route="/run"', 'status_code="200"') == 3
    sessions = 'http_route="/apps/{app_name}/users/{user_id}/sessions/{session_id}"'
    assert value(text, count, sessions, 'status_code="404"', 'method="GET"') == 1
    assert value(text, "http_server_active_requests", 'method="POST"') == 0


async def test_the_state_of_the_app_is_measured(
    measured: httpx.AsyncClient, live: Any, app_file: Any
) -> None:
    app_file.write_text("broken")
    await live.reload()
    text = (await measured.get("/metrics")).text
    assert value(text, "adkconf_app_generation", 'app="stamper"') == 1
    assert value(text, "adkconf_app_rejections") == 1
    assert value(text, "adkconf_app_broken") == 1


async def test_measures_are_for_those_who_may_use_the_server(serving: Callable[..., Any]) -> None:
    async with serving(metrics=True, tokens=("t",)) as client:
        assert (await client.get("/metrics")).status_code == 401
        token = {"Authorization": "Bearer t"}
        assert (await client.get("/metrics", headers=token)).status_code == 200


async def test_without_the_setting_there_are_none(client: httpx.AsyncClient) -> None:
    assert (await client.get("/metrics")).status_code == 404


async def test_a_request_keeps_the_id_it_came_with(client: httpx.AsyncClient) -> None:
    answer = await client.get("/version", headers={"X-Request-Id": "proxy-17"})
    assert answer.headers["x-request-id"] == "proxy-17"


@pytest.mark.parametrize("given", [None, "", "two words", "a" * 129, 'quo"te'])
async def test_other_requests_get_one(client: httpx.AsyncClient, given: str | None) -> None:
    headers = {} if given is None else {"X-Request-Id": given}
    answer = await client.get("/version", headers=headers)
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


async def test_what_changes_or_fails_is_told_in_a_line(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "adkconf.requests")
    await client.get("/version")
    await client.post(SESSION)
    await client.get("/nothing")
    lines = [record.getMessage() for record in caplog.records]
    assert [re.sub(r"[\d.]+ s$", "", line) for line in lines] == [
        f"POST {SESSION} 200 ",
        "GET /nothing 404 ",
    ]


async def test_a_line_stays_one_line(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "adkconf.requests")
    await client.get("/no%0Athing%1B%5B2J")
    assert caplog.records[0].getMessage().startswith("GET /no%0Athing%1B%5B2J 404 ")
