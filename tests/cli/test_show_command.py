from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Adkconf = Callable[..., "subprocess.CompletedProcess[str]"]
Write = Callable[[str, str], Path]

APP = """name: app
root_agent:
  model: ${MODEL:-echo}
services: {session: 'postgresql://me:hunter2@db/app'}
server: {auth: {bearer: '${API_TOKEN:?}'}}
profiles: {prod: {server: {port: 9000}}}
"""


@pytest.fixture
def app(write: Write, environment: dict[str, str]) -> Path:
    environment["API_TOKEN"] = "hunter2"
    return write("app.yaml", APP)


def test_show_prints_the_resolved_app_without_secrets(adkconf: Adkconf, app: Path):
    done = adkconf("show", "app.yaml", "--profile", "prod", "--set", "run.max_llm_calls=3")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "name: app\n"
        "root_agent:\n"
        "  model: echo\n"
        "  name: app\n"
        "services:\n"
        '  session: "postgresql://me:***@db/app"\n'
        "server:\n"
        "  auth:\n"
        '    bearer: "${API_TOKEN:?}"\n'
        "  port: 9000\n"
        "run:\n"
        "  max_llm_calls: 3\n"
    )


def test_show_tells_where_each_value_came_from(adkconf: Adkconf, app: Path):
    lines = adkconf("show", "app.yaml", "--provenance", "--profile", "prod").stdout.splitlines()
    assert "name: app  # app.yaml:1" in lines
    assert "  model: echo  # app.yaml:3, ${MODEL} is not set" in lines
    assert "  port: 9000  # app.yaml:6, profile prod" in lines
    assert '  host: "127.0.0.1"  # default' in lines


def test_show_prints_json_for_programs(adkconf: Adkconf, app: Path):
    plain = json.loads(adkconf("show", "app.yaml", "--format", "json").stdout)
    traced = json.loads(adkconf("show", "app.yaml", "--format=json", "--provenance").stdout)
    assert plain["root_agent"] == {"model": "echo", "name": "app"}
    assert traced["root_agent"]["model"] == {
        "value": "echo",
        "from": {
            "kind": "variable",
            "place": "app.yaml:3",
            "variables": ["MODEL"],
            "unset": ["MODEL"],
        },
    }


def test_show_lists_the_variables_even_if_some_are_not_set(
    adkconf: Adkconf, app: Path, environment: dict[str, str]
):
    del environment["API_TOKEN"]
    done = adkconf("show", "app.yaml", "--variables")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["variable", "required", "default", "secret", "used", "at"],
        ["API_TOKEN", "yes", "yes", "app.yaml:5"],
        ["MODEL", "no", "echo", "no", "app.yaml:3"],
    ]
    listed = json.loads(adkconf("show", "app.yaml", "--variables", "--format", "json").stdout)
    assert listed[0] == {
        "name": "API_TOKEN",
        "required": True,
        "default": None,
        "secret": True,
        "used_at": ["app.yaml:5"],
    }


@pytest.mark.parametrize("options", [[], ["--provenance"], ["--variables"], ["--format=json"]])
def test_a_broken_file_shows_its_diagnostics(adkconf: Adkconf, write: Write, options: list[str]):
    write("app.yaml", "name: app\nroot_agent: {modle: echo}\n")
    done = adkconf("show", "app.yaml", *options)
    assert (done.returncode, done.stdout) == (1, "")
    assert "E201" in done.stderr
    assert "app.yaml:2:14" in done.stderr


def test_variables_and_provenance_do_not_go_together(adkconf: Adkconf, app: Path):
    done = adkconf("show", "app.yaml", "--variables", "--provenance")
    assert (done.returncode, "choose --variables" in done.stderr) == (2, True)
