"""Secrets are planted wherever an app may have them; no command prints one."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from adkconf.cli.entry import main
from adkconf.cli.problems import render
from adkconf.config import load

Adkconf = Callable[..., "subprocess.CompletedProcess[str]"]
Write = Callable[[str, str], Path]

SECRET = "hunter2"
KEY = "AIzaSyA1234567890abcdefghijklmnopqrstuv"
APP = f"""name: app
root_agent:
  model: {{gemini: {{client_kwargs: {{api_key: "{SECRET}"}}}}}}
  instruction: "Greet. {KEY}"
  tools:
    - ./tools.py:make: {{password: "${{DB_PASSWORD}}", key: {SECRET}-literal}}
plugins:
  - cloud_trace: {{endpoint: "http://me:{SECRET}@localhost", headers: {{authorization: {SECRET}}}}}
services:
  session: postgresql://me:{SECRET}@db/app
  memory: postgresql://me:${{DB_PASSWORD}}@db/app?password={SECRET}
run:
  custom_metadata:
    mounted: "${{file:@SECRETS@/mounted.txt}}"
    nested: {{client_secret: ["{SECRET}", {{deep: "{SECRET}"}}]}}
    default: "${{UNSET_TOKEN:-{SECRET}}}"
server: {{auth: {{bearer: ["{SECRET}", "${{API_TOKEN}}", "${{file:@SECRETS@/mounted.txt}}"]}}}}
profiles:
  prod:
    server: {{auth: {{bearer: {SECRET}-prod}}}}
"""
TOOLS = "def make(password, key):\n    def tool(): ...\n    return tool\n"


@pytest.fixture
def directory(
    write: Write, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path_factory.mktemp("secrets")
    (outside / "mounted.txt").write_text(f"{SECRET}-mounted\n")
    monkeypatch.setenv("DB_PASSWORD", f"{SECRET}-db")
    monkeypatch.setenv("API_TOKEN", f"{SECRET}-api")
    write("tools.py", TOOLS)
    text = APP.replace("@SECRETS@", str(outside))
    write("other.yaml", text.replace("name: app", "name: other").replace(SECRET, f"{SECRET}-new"))
    write("broken.yaml", text.replace("bearer: [", "bearer: [5, ").replace("run:", "rum:"))
    monkeypatch.chdir(write("app.yaml", text).parent)


@pytest.mark.usefixtures("directory")
@pytest.mark.parametrize(
    "command",
    [
        ["show", "app.yaml"],
        ["show", "app.yaml", "--provenance"],
        ["show", "app.yaml", "--provenance", "--format=json", "--profile=prod"],
        ["show", "app.yaml", "--variables"],
        ["show", "app.yaml", "--variables", "--format=json"],
        ["diff", "app.yaml", "other.yaml"],
        ["diff", "app.yaml", "other.yaml", "--format=json"],
        ["diff", "app.yaml", "other.yaml", "--format=markdown"],
        ["graph", "app.yaml"],
        ["graph", "app.yaml", "--format=svg"],
        ["graph", "app.yaml", "--format=json"],
        ["validate", "app.yaml", "--all-profiles"],
        ["validate", "app.yaml", "--format=json"],
        ["validate", "app.yaml", "--format=github"],
        ["validate", "app.yaml", "--format=sarif"],
        ["validate", "broken.yaml"],
        ["show", "broken.yaml"],
    ],
    ids=" ".join,
)
def test_no_command_prints_a_secret(capfd: pytest.CaptureFixture[str], command: list[str]):
    with pytest.raises(SystemExit):
        main(command)
    printed = "".join(capfd.readouterr())
    assert len(printed) > 100
    assert SECRET not in printed
    assert KEY not in printed


@pytest.mark.usefixtures("directory")
def test_nor_does_a_run_that_cannot_reach_its_database(
    adkconf: Adkconf, environment: dict[str, str]
):
    environment.update(DB_PASSWORD=f"{SECRET}-db", API_TOKEN=f"{SECRET}-api")
    done = adkconf("run", "app.yaml", "Hello")
    assert (done.returncode, "E705" in done.stderr) == (1, True)
    assert SECRET not in done.stdout + done.stderr
    assert KEY not in done.stdout + done.stderr


def test_commands_that_go_on_tell_warnings_in_a_line_each(write: Write):
    text = "name: app\nroot_agent: {model: echo}\ncache: true\nserver: {auth: {bearer: x}}\n"
    loaded = load(write("app.yaml", text))
    lines = render(loaded.diagnostics, loaded.sources).splitlines()
    assert [line.partition("]")[0] for line in lines] == ["warning[W805", "warning[W811"]
    assert lines[1].endswith("app.yaml:4:25)")
