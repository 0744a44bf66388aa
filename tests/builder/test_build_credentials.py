"""The credential service as a file names it, and that its keys are shown nowhere."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from adkconf.auth.credential_service import SessionStateCredentialService, SqlCredentialService
from adkconf.cli.entry import main

ECHO = "name: app\nroot_agent: {model: echo}\n"
KEY, OTHER = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SQL = ECHO + "services: {credential: {uri: 'sqlite:///c.db', key: '${CREDENTIAL_KEY}'}}\n"


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("session-state://", SessionStateCredentialService),
        ("{uri: 'sqlite:///c.db', key: '${CREDENTIAL_KEY}'}", SqlCredentialService),
        ("{uri: 'sqlite:///c.db', key: ['${file:key.txt}', '${CREDENTIAL_KEY}']}", None),
    ],
)
async def test_credential_service_is_what_the_file_says(
    project: Any, monkeypatch: pytest.MonkeyPatch, written: str, kind: type | None
):
    monkeypatch.setenv("CREDENTIAL_KEY", KEY)
    project.write("key.txt", OTHER + "\n")
    built = await project.build(f"{ECHO}services: {{credential: {written}}}\n")
    assert isinstance(built.runner.credential_service, kind or SqlCredentialService)
    assert KEY not in repr(built.spec) + str(built.spec.services.model_dump())
    await built.close()


async def test_another_key_opens_the_store_anew(project: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CREDENTIAL_KEY", KEY)
    first = await project.build(SQL)
    same = await project.build(SQL, previous=first)
    assert same.runner.credential_service is first.runner.credential_service
    monkeypatch.setenv("CREDENTIAL_KEY", OTHER)
    other = await project.build(SQL, previous=same)
    assert other.runner.credential_service is not first.runner.credential_service
    await other.close()


async def test_key_that_is_none_is_an_error_of_the_file(
    project: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CREDENTIAL_KEY", "hunter2")
    found = await project.problem(SQL)
    assert (found.line, "openssl rand" in found.message) == (3, True)
    assert "hunter2" not in str(found)


async def test_missing_extra_is_an_error_of_the_file(project: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CREDENTIAL_KEY", KEY)
    monkeypatch.setitem(sys.modules, "cryptography.fernet", None)
    found = await project.problem(SQL)
    assert (found.line, "adkconf[credentials]" in found.message) == (3, True)


@pytest.mark.parametrize("command", ["validate", "show", "doctor", "graph"])
@pytest.mark.parametrize("written", ["'${CREDENTIAL_KEY}'", "'${OTHER_NAME}'"])
def test_no_command_shows_a_key(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    command: str,
    written: str,
):
    caplog.set_level(logging.DEBUG)
    for name in ("CREDENTIAL_KEY", "OTHER_NAME"):
        monkeypatch.setenv(name, KEY)
    file = tmp_path / "app.yaml"
    file.write_text(SQL.replace("'${CREDENTIAL_KEY}'", written))
    with pytest.raises(SystemExit) as ended:
        main([command, str(file)])
    told = capsys.readouterr()
    assert not ended.value.code, told.err
    assert KEY not in told.out + told.err + caplog.text
