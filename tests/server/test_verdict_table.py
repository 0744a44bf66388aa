"""Every route, over HTTP and as a websocket, asked as browsers and attackers ask (H2)."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import httpx
import pytest

from adkconf.launch.fleet import Fleet
from adkconf.server.access.admission import Admission
from adkconf.server.access.verdict import Head, Refusal
from adkconf.server.app import create_app
from adkconf.server.settings import Settings

SERVER = Settings(tokens=("s3cret",), metrics=True)
TOKEN = {"authorization": ["Bearer s3cret"]}
OWN = "http://127.0.0.1:8000"
SESSION = "/apps/{app_name}/users/{user_id}/sessions/{session_id}"
DEV = "/dev/apps/{app_name}"
FILE = f"{SESSION}/artifacts/{{name:path}}"

# The only ones that pass without a token: probes, and the page, which has no data in it.
OPEN = {("GET", "/health"), ("GET", "/ready"), ("GET", "/"), ("GET", "/page/{name}")}
CLOSED = {
    ("GET", "/openapi.json"),
    *(("GET", "/version"), ("GET", "/list-apps"), ("GET", "/apps/{app_name}/app-info")),
    *(("GET", "/apps/{app_name}/graph"), ("GET", "/apps/{app_name}/config"), ("GET", "/metrics")),
    *(("POST", "/run"), ("POST", "/run_sse"), ("GET", "/run_live")),
    *((method, SESSION.rpartition("/")[0]) for method in ("GET", "POST")),
    *((method, SESSION) for method in ("GET", "POST", "PATCH", "DELETE")),
    *(("POST", f"{SESSION}/rewind"), ("GET", f"{SESSION}/runs")),
    *(("GET", f"{SESSION}/runs/{{run_id}}"), ("POST", f"{SESSION}/runs/{{run_id}}/cancel")),
    *(("PATCH", "/apps/{app_name}/users/{user_id}/memory"),),
    *((method, f"{SESSION}/artifacts") for method in ("GET", "POST")),
    *((method, FILE) for method in ("GET", "PUT", "DELETE")),
    *(("GET", f"{FILE}/versions"), ("GET", f"{FILE}/versions/metadata")),
    *(("GET", f"{FILE}/versions/{{version}}"), ("GET", f"{FILE}/versions/{{version}}/metadata")),
    *(("GET", f"{FILE}/versions/{{version}}/content"),),
    *(("GET", f"{DEV}/{name}") for name in ("build_graph", "build_graph_image", "graph")),
    *(("GET", f"{DEV}/{name}") for name in ("builder", "tests", "metrics-info")),
    *(("GET", f"{DEV}/eval{name}") for name in ("_sets", "-sets", "_results", "-results")),
    *(("GET", f"{DEV}/debug/trace/{name}") for name in ("{event_id}", "session/{session_id}")),
    ("GET", f"{DEV}/users/{{user_id}}/sessions/{{session_id}}/events/{{event_id}}/graph"),
    *((method, "/config/telemetry") for method in ("GET", "POST")),
    *(("GET", f"/dev-ui/{name}") for name in ("config", "assets/config/runtime-config.json")),
}

# Host, Origin, Sec-Fetch-Site and -Mode, other headers; what becomes of it, by method.
Case = tuple[Any, Any, str | None, dict[str, str], int]
CASES: list[Case] = [
    ("127.0.0.1:8000", None, None, {}, 200),
    ("localhost:8000", None, None, {}, 200),
    ("[::1]:8000", None, None, {}, 200),
    ("127.0.0.1", None, "none", {}, 200),
    ("127.0.0.1:8000", OWN, "same-origin", {}, 200),
    ("localhost", "http://localhost", "same-origin", {}, 200),
    ("localhost:80", "http://localhost", None, {}, 200),
    ("[::1]:8000", "http://[::1]:8000", "same-origin", {}, 200),
    ("127.0.0.1:8000", None, "same-site", {}, 200),
    ("127.0.0.1:8000", None, None, {"x-forwarded-host": "evil.com"}, 200),
    ("127.0.0.1:8000", None, None, {"forwarded": "host=evil.com"}, 200),
    ("evil.com", None, None, {"x-forwarded-host": "localhost"}, 403),
    ("evil.com", None, None, {"x-forwarded-for": "127.0.0.1"}, 403),
    ("evil.com", "http://evil.com", "same-origin", {}, 403),
    ("evil.com:8000", "http://evil.com:8000", "same-origin", {}, 403),
    ("evil-localhost", None, None, {}, 403),
    ("localhost.evil.com", None, None, {}, 403),
    ("127.0.0.1.evil.com", None, None, {}, 403),
    ("127.0.0.1.nip.io:8000", None, None, {}, 403),
    ("0.0.0.0:8000", None, None, {}, 403),
    ("169.254.169.254", None, None, {}, 403),
    ("0x7f000001", None, None, {}, 403),
    ("2130706433", None, None, {}, 403),
    ("127.0.0.1:8000@evil.com", None, None, {}, 400),
    ("localhost:8000:80", None, None, {}, 400),
    ("localhost:port", None, None, {}, 400),
    ("http://localhost", None, None, {}, 400),
    ("", None, None, {}, 400),
    ([], None, None, {}, 400),
    (["localhost", "evil.com"], None, None, {}, 400),
    ("127.0.0.1:8000", "https://evil.com", "cross-site", {}, 403),
    ("127.0.0.1:8000", "https://evil.com", None, {}, 403),
    ("127.0.0.1:8000", "null", "cross-site", {}, 403),
    ("127.0.0.1:8000", "", None, {}, 403),
    ("127.0.0.1:8000", "http://127.0.0.1:8001", "same-site", {}, 403),
    ("127.0.0.1:8000", "http://localhost:8000", "cross-site", {}, 403),
    ("127.0.0.1:8000", "http://127.0.0.1:8000.evil.com", "cross-site", {}, 403),
    ("127.0.0.1:8000", "chrome-extension://127.0.0.1:8000", None, {}, 403),
    ("127.0.0.1:8000", [OWN, "https://evil.com"], None, {}, 400),
    ("127.0.0.1:8000", None, "cross-site", {"sec-fetch-mode": "no-cors"}, 403),
    ("127.0.0.1:8000", None, "cross-site", {"sec-fetch-mode": "websocket"}, 403),
    ("127.0.0.1:8000", None, "cross-site", {}, 403),
]
# Somebody follows a link: that is no attack, as long as it only reads.
LINK: Case = ("127.0.0.1:8000", None, "cross-site", {"sec-fetch-mode": "navigate"}, 200)


def routes_of(app: Any) -> list[Any]:
    while not hasattr(app, "routes"):
        app = app.app
    return list(app.routes)


def asked(case: Case, method: str, path: str, kind: str) -> Head:
    host, origin, site, others, _ = case
    headers = {name: [value] for name, value in others.items()}
    headers |= {"host": [host] if isinstance(host, str) else host}
    if origin is not None:
        headers["origin"] = [origin] if isinstance(origin, str) else origin
    if site is not None:
        headers["sec-fetch-site"] = [site]
    return Head(method, path, headers, is_websocket=kind == "websocket")


def test_every_route_has_a_row(fleet: Fleet) -> None:
    found = {
        (method, route.path)
        for route in routes_of(create_app(fleet, SERVER))
        for method in (getattr(route, "methods", None) or {"GET"}) - {"HEAD"}
    }
    assert found == OPEN | CLOSED


@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_every_route_is_asked_in_every_way(kind: str) -> None:
    assert len(CASES) > 40
    admission = Admission(SERVER)
    for method, path in OPEN | CLOSED:
        for case in [*CASES, LINK]:
            expected = case[-1]
            if case is LINK and (method != "GET" or kind == "websocket"):
                expected = 403
            is_open = (method, path) in OPEN and kind == "http"
            head = asked(case, method, path, kind)
            without = await status(admission, head)
            assert without == (401 if expected == 200 and not is_open else expected), (path, case)
            with_token = Head(method, path, {**head.headers, **TOKEN}, head.is_websocket)
            assert await status(admission, with_token) == expected, (path, case)


async def status(admission: Admission, head: Head) -> int:
    verdict = await admission.judge(head, "192.0.2.1")
    return verdict.status if isinstance(verdict, Refusal) else 200


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("GET http://evil.com/list-apps HTTP/1.1\r\nHost: evil.com\r\n", 403),
        ("GET http://evil.com/list-apps HTTP/1.1\r\nHost: localhost\r\n", 200),
        ("GET /list-apps HTTP/1.0\r\n", 400),
        ("GET /list-apps HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n", 400),
        ("GET /list-apps HTTP/1.1\r\nHost: localhost\r\nHost : evil.com\r\n", 400),
        ("GET /list-apps HTTP/1.1\r\nHOST: evil.com\r\n", 403),
        ("GET //evil.com/list-apps HTTP/1.1\r\nHost: localhost\r\n", 404),
        ("GET /health/../list-apps HTTP/1.1\r\nHost: localhost\r\n", 404),
    ],
)
async def test_what_a_client_library_would_not_send(
    client: httpx.AsyncClient, head: str, expected: int
) -> None:
    def ask() -> bytes:
        with socket.create_connection(("127.0.0.1", client.base_url.port), 5) as connection:
            connection.sendall(f"{head}Connection: close\r\n\r\n".encode())
            return connection.recv(100)

    answer = await asyncio.to_thread(ask)
    assert answer.startswith(b"HTTP/1.1 %d " % expected)
