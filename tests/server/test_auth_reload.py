from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from adkconf import config
from adkconf.errors import ConfigError
from adkconf.launch.fleet import Fleet
from adkconf.launch.loader import FileLoader
from adkconf.server.access.access_reload import AccessLoader, admit, needs_restart
from adkconf.server.app import create_app
from adkconf.server.settings import Settings

APP = "name: hello\nroot_agent: {model: echo}\nserver: {host: %s, auth: %s, limits: %s}\n"


@pytest.fixture
async def edited(tmp_path: Path, serving_app: Any) -> Any:
    """Serves a file; `await edit(auth, limits)` writes it anew and reloads it."""
    file = tmp_path / "app.yaml"

    def write(auth: str, limits: str = "{}", host: str = "0.0.0.0") -> None:
        file.write_text(APP % (host, auth, limits))

    write("{bearer: first}")
    spec = config.load(file).spec
    assert spec is not None
    admission = admit(spec.server, Settings.of(spec.server))
    access = AccessLoader(FileLoader(lambda: config.load(file)), admission)
    fleet = Fleet(
        [("app.yaml", access)],
        drain_seconds=1,
        observe=lambda _: access.observing(lambda _: None),
    )
    await fleet.start()

    async def edit(*texts: str) -> Any:
        write(*texts)
        await fleet.reload()
        return fleet.members[0].live.status()

    async with serving_app(create_app(fleet, admission.settings, admission)) as client:
        yield client, edit
    await fleet.close()


async def statuses(client: httpx.AsyncClient, *tokens: str) -> list[int]:
    headers = ({"authorization": f"Bearer {token}"} for token in tokens)
    return [(await client.get("/version", headers=each)).status_code for each in headers]


async def test_an_edit_rotates_the_tokens(edited: tuple[httpx.AsyncClient, Callable]) -> None:
    client, edit = edited
    assert await statuses(client, "first", "second") == [200, 401]
    await edit("{bearer: [first, second]}")
    assert await statuses(client, "first", "second") == [200, 200]
    await edit("{bearer: [{token: second, subject: ada}]}")
    assert await statuses(client, "first", "second") == [401, 200]


async def test_an_edit_changes_the_limits(edited: tuple[httpx.AsyncClient, Callable]) -> None:
    client, edit = edited
    await edit("{bearer: first}", "{requests_per_second: 0.1}")
    assert await statuses(client, "first", "first") == [200, 429]
    await edit("{bearer: first}", "{}")
    assert await statuses(client, "first", "first") == [200, 200]


@pytest.mark.parametrize(
    ("edit_of_auth", "told"),
    [
        ("null", "refusing to listen"),
        ("{bearer: ''}", "expected a text that is not empty"),
        ("{jwt: {issuer: i, audience: a, public_key: k}}", "no public key"),
    ],
)
async def test_a_broken_edit_keeps_the_tokens(
    edited: tuple[httpx.AsyncClient, Callable], edit_of_auth: str, told: str
) -> None:
    client, edit = edited
    status = await edit(edit_of_auth)
    assert told in status.rejection.message
    assert status.generation == 1
    assert await statuses(client, "first", "k") == [200, 401]
    await edit("{bearer: second}")
    assert await statuses(client, "first", "second") == [401, 200]


async def test_what_cannot_be_checked_is_told_with_its_line(
    edited: tuple[httpx.AsyncClient, Callable], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, edit = edited
    monkeypatch.setitem(sys.modules, "jwt", None)
    status = await edit("\n  {jwt: {issuer: i, audience: a, secret: s}}")
    [found] = status.rejection.diagnostics
    assert (found.line, found.code) == (4, "E703")
    assert "adkconf[jwt]" in found.message


def test_a_server_does_not_start_with_a_key_it_cannot_read(tmp_path: Path) -> None:
    auth = "{jwt: {issuer: i, audience: a, public_key: k}}"
    (tmp_path / "app.yaml").write_text(APP % ("127.0.0.1", auth, "{}"))
    spec = config.load(tmp_path / "app.yaml").spec
    assert spec is not None
    with pytest.raises(ConfigError, match="no public key") as refused:
        admit(spec.server, Settings.of(spec.server))
    assert refused.value.diagnostics[0].line == 3


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("{auth: {bearer: x}, limits: {runs: 3}, client_state: all}", False),
        ("{port: 1}", True),
        ("{max_body_bytes: 10}", True),
    ],
)
def test_only_who_is_let_in_needs_no_restart(tmp_path: Path, server: str, expected: bool) -> None:
    def spec(text: str) -> Any:
        (tmp_path / "app.yaml").write_text(f"name: a\nroot_agent: {{model: echo}}\n{text}")
        return config.load(tmp_path / "app.yaml").spec

    assert needs_restart(spec(f"server: {server}").server, spec("").server) is expected
