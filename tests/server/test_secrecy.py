"""What is secret about a server is found in no answer and no line of its log (H6)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from adkconf import config
from adkconf.errors import ConfigError
from adkconf.launch.fleet import Fleet
from adkconf.launch.loader import FileLoader
from adkconf.server.access.access_reload import AccessLoader, admit
from adkconf.server.app import create_app
from adkconf.server.settings import Settings

SECRETS = ("canary-plain", "canary-of-ada", "canary-signing-key-of-32-characters", "canary-wrong")
APP = """\
name: stamper
root_agent: {model: echo}
server:
  metrics: true
  auth:
    bearer: [canary-plain, {token: canary-of-ada, subject: ada}]
    jwt: {issuer: i, audience: a, secret: canary-signing-key-of-32-characters}
"""
TOKENS = ("canary-plain", "canary-of-ada", "canary-wrong", "x.canary-wrong.y")
REQUESTS: list[tuple[str, str, Any]] = [
    *(("GET", path, None) for path in ("/health", "/version", "/nothing", "/metrics", "/")),
    *(("GET", f"/apps/{name}", None) for name in ("stamper/config", "stamper/graph", "other/x")),
    ("GET", "/apps/other/app-info", None),
    ("GET", "/apps/stamper/app-info", None),
    ("GET", "/apps/stamper/users/bob/sessions", None),
    ("GET", "/apps/stamper/users/%00/sessions", None),
    ("POST", "/apps/stamper/users/ada/sessions", {"state": {"_adk_x": 1}}),
    ("POST", "/apps/stamper/users/ada/sessions", {"events": [{"id": 1}]}),
    ("POST", "/run", {"userId": "ada", "sessionId": "none", "newMessage": {"parts": []}}),
    ("POST", "/run_sse", {"userId": "ada", "sessionId": "none"}),
    ("POST", "/run", "no object"),
    ("PUT", "/run", None),
    ("POST", "/health", {}),
]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    # The test's own clients write what they send; `serve` silences uvicorn.
    silent = ("httpx", "httpcore", "websockets.client", "uvicorn.error")
    others = {name: logging.getLogger(name) for name in silent}
    with caplog.at_level(logging.DEBUG):
        for logger in others.values():
            logger.setLevel(logging.CRITICAL)
        yield caplog
        for logger in others.values():
            logger.setLevel(logging.NOTSET)


@pytest.fixture
async def secret(tmp_path: Path, serving_app: Any) -> Any:
    file = tmp_path / "app.yaml"
    file.write_text(APP)
    spec = config.load(file).spec
    assert spec is not None
    admission = admit(spec.server, Settings.of(spec.server))
    loader = AccessLoader(FileLoader(lambda: config.load(file)), admission)
    fleet = Fleet([("app.yaml", loader)], drain_seconds=1, observe=lambda _: loader.observing(id))
    await fleet.start()
    async with serving_app(create_app(fleet, admission.settings, admission)) as client:
        yield client, fleet, file
    await fleet.close()


def check(text: str) -> None:
    assert [canary for canary in SECRETS if canary in text] == []


async def test_no_answer_and_no_log_line_has_a_secret(
    secret: tuple[httpx.AsyncClient, Fleet, Path], logged: pytest.LogCaptureFixture
) -> None:
    client, fleet, file = secret
    signed = jwt.encode({"sub": "ada", "canary-wrong": 1}, "k" * 32, "HS256")
    statuses = set()
    for token in (*TOKENS, signed):
        headers = {"authorization": f"Bearer {token}"}
        for method, path, body in REQUESTS:
            answer = await client.request(method, path, json=body, headers=headers)
            statuses.add(answer.status_code)
            check(answer.text + str(answer.headers))
    broken = APP.replace("echo", "ehco").replace("issuer: i", "issuer: [5]")
    await asyncio.to_thread(file.write_text, broken)
    await fleet.reload()
    headers = {"authorization": "Bearer canary-plain"}
    check((await client.get("/health", headers=headers)).text)
    assert statuses >= {200, 401, 403, 404, 405, 422}
    check(logged.text)
    assert signed not in logged.text


async def test_no_refused_websocket_has_a_secret(
    secret: tuple[httpx.AsyncClient, Fleet, Path], logged: pytest.LogCaptureFixture
) -> None:
    url = str(secret[0].base_url).replace("http", "ws")
    for token in TOKENS[:3]:
        with pytest.raises(InvalidStatus) as refused:
            protocols: list[Any] = ["bearer", token]
            query = "run_live?app_name=stamper&user_id=bob&session_id="
            async with connect(f"{url}/{query}", subprotocols=protocols):
                pass
        check(str(refused.value.response))
    check(logged.text)


def test_settings_and_faults_hide_what_they_hold(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text(APP)
    spec = config.load(tmp_path / "app.yaml").spec
    assert spec is not None
    check(repr(Settings.of(spec.server)) + repr(spec))
    for broken in ("bearer: {canary-plain: 1}", "jwt: {secret: [canary-wrong]}"):
        (tmp_path / "app.yaml").write_text(f"name: a\nserver: {{auth: {{{broken}}}}}\n")
        found = config.load(tmp_path / "app.yaml").diagnostics
        assert found
        check(" ".join(item.message + item.hint for item in found if item.code != "E201"))


def test_a_key_that_cannot_be_read_is_not_shown(tmp_path: Path) -> None:
    auth = "{jwt: {issuer: i, audience: a, public_key: canary-wrong}}"
    (tmp_path / "app.yaml").write_text(
        f"name: a\nroot_agent: {{model: echo}}\nserver: {{auth: {auth}}}\n"
    )
    spec = config.load(tmp_path / "app.yaml").spec
    assert spec is not None
    with pytest.raises(ConfigError) as refused:
        admit(spec.server, Settings.of(spec.server))
    check(str(refused.value))
