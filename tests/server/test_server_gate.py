from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from adkconf.launch.live import Live
from tests.server.test_serve import served

__all__ = ["served"]

TOKEN = {"authorization": "Bearer s3cret"}


async def test_a_request_for_a_rebound_name_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/list-apps", headers={"host": "evil.com"})
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_page_of_another_origin_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/run", json={}, headers={"origin": "https://evil.com"})
    assert answer.status_code == 403


async def test_an_allowed_origin_gets_the_headers_it_needs(serving: Any) -> None:
    origin = {"origin": "https://app.example.com"}
    asking = {**origin, "access-control-request-method": "POST"}
    async with serving(allow_origins=("https://app.example.com",), tokens=("s3cret",)) as client:
        preflight = await client.options("/run", headers=asking)
        answer = await client.get("/list-apps", headers={**origin, **TOKEN})
    assert preflight.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://app.example.com"


async def test_a_missing_token_is_asked_for(serving: Any) -> None:
    async with serving(tokens=("s3cret",)) as client:
        refused = await client.get("/list-apps")
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
        assert (await client.get("/list-apps", headers=TOKEN)).status_code == 200


async def test_a_probe_without_token_learns_that_and_no_more(serving: Any) -> None:
    async with serving(tokens=("s3cret",)) as client:
        assert (await client.get("/health")).json() == {"status": "ok"}
        assert "generation" in (await client.get("/health", headers=TOKEN)).json()


async def test_a_body_that_grows_too_large_is_cut_off(serving: Any) -> None:
    async def chunks() -> Any:
        for _ in range(5):
            yield b" " * 300

    json = {"content-type": "application/json"}
    async with serving(max_body_bytes=1000) as client:
        announced = await client.post("/run", content=b" " * 1001, headers=json)
        chunked = await client.post("/run", content=chunks(), headers=json)
    assert (announced.status_code, chunked.status_code) == (413, 413)


HANDSHAKE = {
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.mark.parametrize(
    ("path", "headers", "status", "detail"),
    [
        ("/run_live", {"sec-websocket-version": "7"}, 400, "Sec-WebSocket-Version"),
        ("/run_live", {"sec-websocket-key": "short"}, 400, "Sec-WebSocket-Key"),
        ("/run", {}, 404, "/run_live"),
        ("/nothing", {}, 404, "/run_live"),
    ],
)
async def test_a_handshake_that_cannot_be_answered_is_a_problem_too(
    served: Callable[..., Any], path: str, headers: dict[str, str], status: int, detail: str
) -> None:
    async with served() as (client, _, _):
        answer = await client.get(path, headers={**HANDSHAKE, **headers})
    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert detail in answer.json()["detail"]


async def test_a_websocket_passes_the_same_gate(client: httpx.AsyncClient) -> None:
    handshake = {**HANDSHAKE, "origin": "https://evil.com"}
    refused = await client.get("/run_live", headers=handshake)
    assert refused.json() == {
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
        "detail": "origin 'https://evil.com' is not allowed; see server.allow_origins",
    }
    assert (refused.status_code, len(refused.headers["X-Request-Id"])) == (403, 32)


async def test_two_host_headers_are_refused(client: httpx.AsyncClient) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
    writer.write(b"GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.com\r\n\r\n")
    assert b" 400 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("PUT", "/run", 405), ("GET", "/apps/stamper", 404)],
)
async def test_what_is_not_there_is_a_problem_too(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.json()["status"] == status


async def test_health_tells_the_generation(client: httpx.AsyncClient) -> None:
    body = (await client.get("/health")).json()
    assert body["status"] == "ok"
    assert body["generation"]["number"] == 1
    assert body["generation"]["inFlight"] == 0
    assert "rejected" not in body


async def test_health_tells_what_is_wrong_with_an_edit(
    client: httpx.AsyncClient, live: Live, app_file: Path
) -> None:
    await asyncio.to_thread(app_file.write_text, "oops")
    await live.reload()
    answer = await client.get("/health")
    assert answer.status_code == 200
    [diagnostic] = answer.json()["rejected"]["diagnostics"]
    assert diagnostic["message"] == "'oops' is no version"
    assert diagnostic["line"] == 1


async def test_version_names_the_language(client: httpx.AsyncClient) -> None:
    body = (await client.get("/version")).json()
    assert set(body) == {"version", "language", "language_version"}


async def test_apps_are_listed(client: httpx.AsyncClient) -> None:
    assert (await client.get("/list-apps?relative_path=./")).json() == ["stamper"]
    [detailed] = (await client.get("/list-apps?detailed=true")).json()["apps"]
    assert detailed["rootAgentName"] == "root"
