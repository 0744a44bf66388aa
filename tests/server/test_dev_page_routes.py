from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from adkconf import config
from adkconf.launch.fleet import Fleet
from adkconf.launch.loader import FileLoader
from adkconf.server.app import create_app
from adkconf.server.settings import Settings

TOKEN = {"authorization": "Bearer s3cret-token"}
APP = """\
name: hello
root_agent: {name: greeter, model: echo, tools: [exit_loop]}
server:
  auth: {bearer: s3cret-token}
"""
DATA = ("/apps/hello/graph", "/apps/hello/config")


@pytest.fixture
async def of_file(tmp_path: Path) -> Any:
    (tmp_path / "app.yaml").write_text(APP)
    loader = FileLoader(lambda: config.load(tmp_path / "app.yaml"))
    fleet = Fleet([("app.yaml", loader)], drain_seconds=1)
    await fleet.start()
    yield fleet
    await fleet.close()


async def test_the_page_and_its_files_hold_no_data_and_are_open(serving: Any) -> None:
    async with serving(tokens=("s3cret-token",)) as client:
        for path in ("/", "/page/main.js", "/page/style.css"):
            answer = await client.get(path)
            assert answer.status_code == 200
            assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert (await client.post("/")).status_code == 401
        assert (await client.get("/page/../list-apps")).status_code == 401


@pytest.mark.parametrize("name", ["nothing.js", "..%2fdev_page.py", "%2e%2e/app.py", ""])
async def test_only_files_of_the_page_are_served(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/page/{name}")).status_code == 404


async def test_data_of_the_page_needs_the_token(of_file: Fleet, serving_app: Any) -> None:
    app = create_app(of_file, Settings(tokens=("s3cret-token",)))
    async with serving_app(app) as client:
        for path in DATA:
            assert (await client.get(path)).status_code == 401
            answer = await client.get(path, headers=TOKEN)
            assert answer.status_code == 200
            assert "s3cret-token" not in answer.text


async def test_values_tell_where_they_came_from(of_file: Fleet, serving_app: Any) -> None:
    async with serving_app(create_app(of_file, Settings())) as client:
        shown = (await client.get("/apps/hello/config")).json()
        graph = await client.get("/apps/hello/graph")
    assert shown["name"]["value"] == "hello"
    assert shown["name"]["from"]["place"].endswith("app.yaml:1")
    assert shown["server"]["port"] == {"value": 8000, "from": {"kind": "default"}}
    assert graph.headers["content-type"] == "image/svg+xml"
    assert "greeter" in graph.text


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({}, 200),
        ({"page": False}, 404),
        ({"host": "0.0.0.0"}, 404),
        ({"host": "0.0.0.0", "page": True}, 200),
    ],
)
async def test_the_page_is_for_loopback_unless_the_file_decides(
    of_file: Fleet, serving_app: Any, settings: dict[str, Any], status: int
) -> None:
    app = create_app(of_file, Settings(tokens=("s3cret-token",), **settings))
    async with serving_app(app) as client:
        for path in ("/", "/page/main.js", *DATA):
            assert (await client.get(path, headers=TOKEN)).status_code == status


async def test_an_app_of_no_file_has_no_configuration(client: httpx.AsyncClient) -> None:
    assert (await client.get("/apps/stamper/config")).status_code == 404


async def test_health_shows_the_line_without_its_secrets(
    of_file: Fleet, serving_app: Any, tmp_path: Path
) -> None:
    broken = APP.replace("echo", "ehco").replace("s3cret-token}", "s3cret-token, colour: red}")
    (tmp_path / "app.yaml").write_text(broken)
    await of_file.reload()
    async with serving_app(create_app(of_file, Settings())) as client:
        answer = await client.get("/health")
    body = answer.json()
    assert body["app"] == "hello"
    lines = [found["source"] for found in body["rejected"]["diagnostics"]]
    assert any("colour" in line for line in lines)
    assert "s3cret-token" not in answer.text
