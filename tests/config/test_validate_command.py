"""`adkconf validate` and `adkconf schema`."""

from __future__ import annotations

import gc
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from adkconf.cli.schema import schema
from adkconf.cli.validate import validate

GOOD = "name: a\nroot_agent: {model: echo}\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "bad.yaml").write_text(GOOD + "engne: adkconf\ncache: 5\n")
    (tmp_path / "profile.yaml").write_text(GOOD + "profiles: {p: {engine: '${NOT_SET_HERE}'}}\n")
    return lambda *args: CliRunner().invoke(validate, args)


def test_clean_files_are_called_valid(run):
    result = run("good.yaml", "profile.yaml")
    assert (result.exit_code, result.output) == (0, "good.yaml: valid\nprofile.yaml: valid\n")


def test_problems_are_shown_and_counted(run):
    result = run("good.yaml", "bad.yaml", "missing.yaml")
    assert result.exit_code == 1
    assert "bad.yaml:3:1" in result.output
    assert result.output.endswith("\n3 errors in 2 files\n")


def test_wrong_usage_exits_with_two(run):
    assert run().exit_code == 2
    assert run("good.yaml", "--format", "xml").exit_code == 2
    assert run("good.yaml", "--profile", "p", "--all-profiles").exit_code == 2


@pytest.mark.parametrize("args", [["--profile", "p"], ["--all-profiles"]])
def test_profiles_are_checked_on_request(run, args):
    assert run("profile.yaml", *args).exit_code == 1


def test_json_is_json_even_when_clean(run):
    assert json.loads(run("good.yaml", "--format", "json").output) == []
    assert len(json.loads(run("bad.yaml", "--format", "json").output)) == 2


def test_overrides_apply(run):
    assert run("good.yaml", "--set", "server.port=x").exit_code == 1


def test_schema_is_printed():
    assert json.loads(CliRunner().invoke(schema).output)["title"] == "adkconf app"


def test_loading_needs_neither_runtime_nor_sdk_nor_database(run, tmp_path):
    code = (
        "import sys; from adkconf.config import load; load('good.yaml')\n"
        "print([name for name in ('google.genai', 'sqlalchemy', 'starlette', 'adkconf.agents')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_what_a_file_does_not_use_is_not_made(run):
    code = (
        "import sys; from adkconf.config import load; assert load('good.yaml').ok\n"
        "catalogs = [name.rpartition('.')[2] for name in sys.modules if '.catalog.' in name]\n"
        "from adkconf.config.spec.agent import LlmAgentSpec, WorkflowSpec\n"
        "from adkconf.config.spec.conversation import ConversationSpec\n"
        "print('services' in catalogs, 'tools' in catalogs, 'jsonschema' in sys.modules,"
        " WorkflowSpec.__pydantic_complete__, ConversationSpec.__pydantic_complete__,"
        " LlmAgentSpec.__pydantic_complete__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False False False False True\n"


def test_check_leaves_the_garbage_collector_as_it_was(run):
    before = gc.get_threshold(), gc.isenabled()
    run("good.yaml")
    assert (gc.get_threshold(), gc.isenabled()) == before


LINTED = GOOD + "server: {auth: {bearer: hunter2}}\n"


def test_warnings_are_errors_only_on_request(run, tmp_path):
    (tmp_path / "linted.yaml").write_text(LINTED)
    plain, strict = run("linted.yaml"), run("linted.yaml", "--strict")
    assert (plain.exit_code, strict.exit_code) == (0, 1)
    assert plain.output.startswith("warning[W811]")
    assert plain.output.endswith("\n1 warning in 1 file\n")
    assert strict.output.endswith("\n1 error in 1 file\n")


@pytest.mark.parametrize(
    ("format_", "expected"),
    [("json", '"severity": "warning"'), ("github", "::warning "), ("sarif", '"level": "warning"')],
)
def test_programs_are_told_that_it_is_a_warning(run, tmp_path, format_, expected):
    (tmp_path / "linted.yaml").write_text(LINTED)
    assert expected in run("linted.yaml", "--format", format_).output


@pytest.mark.parametrize("format_", ["text", "json", "github", "sarif"])
def test_no_format_shows_a_secret(run, tmp_path, format_):
    (tmp_path / "linted.yaml").write_text(LINTED)
    output = run("linted.yaml", "--format", format_).output
    assert "W811" in output
    assert "hunter2" not in output
