from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from adkconf import config
from adkconf.launch import FileLoader, Fleet
from adkconf.server import Settings, create_app

BROKEN = "name: broken\nroot_agent: {model: echo}\ntolls: []\n"
HELLO = {"role": "user", "parts": [{"text": "hi"}]}


@pytest.fixture
async def several(tmp_path: Path, serving_app: Any) -> AsyncIterator[httpx.AsyncClient]:
    loaders = []
    for name in ("tick", "tock", "broken"):
        file = tmp_path / f"{name}.yaml"
        text = f"name: {name}\nroot_agent: {{model: {{scripted: [{{text: {name}}}]}}}}\n"
        file.write_text(BROKEN if name == "broken" else text)
        loaders.append((file.name, FileLoader(partial(config.load, file))))
    fleet = Fleet(loaders)
    await fleet.start()
    settings = Settings(lasting_runs=True)
    async with serving_app(create_app(fleet, settings)) as client:
        yield client
    await fleet.close()


async def answer(client: httpx.AsyncClient, app: str) -> str:
    await client.post(f"/apps/{app}/users/ada/sessions/s1")
    body = {"appName": app, "userId": "ada", "sessionId": "s1", "newMessage": HELLO}
    events = (await client.post("/run", json=body)).json()
    text: str = events[0]["content"]["parts"][0]["text"]
    return text


async def test_each_app_answers_for_itself(several: httpx.AsyncClient) -> None:
    assert (await several.get("/list-apps")).json() == ["tick", "tock"]
    assert await answer(several, "tick") == "tick"
    assert await answer(several, "tock") == "tock"


async def test_sessions_of_one_app_are_not_those_of_another(several: httpx.AsyncClient) -> None:
    await several.post("/apps/tick/users/ada/sessions/s1")
    assert (await several.get("/apps/tock/users/ada/sessions/s1")).status_code == 404


async def test_a_lasting_run_of_one_app_is_not_heard_under_another(
    several: httpx.AsyncClient,
) -> None:
    for app in ("tick", "tock"):
        await several.post(f"/apps/{app}/users/ada/sessions/s1")
    body = {"appName": "tick", "userId": "ada", "sessionId": "s1", "newMessage": HELLO}
    run = (await several.post("/run_sse", json=body)).headers["x-run-id"]
    for app, status in (("tick", 200), ("tock", 410)):
        heard = await several.get(f"/apps/{app}/users/ada/sessions/s1/runs/{run}")
        assert heard.status_code == status


async def test_a_run_must_name_its_app(several: httpx.AsyncClient) -> None:
    refused = await several.post("/run", json={"userId": "ada", "sessionId": "s1"})
    assert refused.status_code == 404
    assert refused.json()["detail"] == "name an app; this server serves 'tick', 'tock'"


async def test_health_and_readiness_tell_of_the_app_that_did_not_start(
    several: httpx.AsyncClient,
) -> None:
    health = (await several.get("/health")).json()
    assert health["status"] == "degraded"
    assert health["apps"]["tick.yaml"]["generation"]["number"] == 1
    [diagnostic] = health["apps"]["broken.yaml"]["rejected"]["diagnostics"]
    assert (diagnostic["line"], "tolls" in diagnostic["message"]) == (3, True)
    assert (await several.get("/ready")).status_code == 503


async def test_a_server_that_is_whole_is_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/ready")).json() == {"ready": True}
