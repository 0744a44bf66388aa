"""What `adkconf validate` writes, and where."""

from __future__ import annotations

import io
import json
import os
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from adkconf.cli.colour import is_colourful
from adkconf.cli.validate import validate
from adkconf.config import Diagnostic, load, render

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "tests/cases").rglob("*.yaml"))
GOOD = "name: a\nroot_agent: {model: echo}\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "bad.yaml").write_text(GOOD + "engne: adkconf\n")
    return lambda *args: CliRunner().invoke(validate, args)


def diagnostics_schema() -> Draft202012Validator:
    schema = json.loads((ROOT / "schemas/diagnostics.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_json_fits_its_published_schema():
    found = [item for case in CASES for item in load(case).diagnostics]
    diagnostics_schema().validate(json.loads(render(found, "json")))
    assert len(found) > 50


def test_the_published_schema_has_exactly_the_fields_of_a_diagnostic():
    item = diagnostics_schema().schema["items"]
    names = [field.name for field in fields(Diagnostic)]
    assert names == list(item["properties"]) == item["required"]


def test_several_formats_are_written_at_once(run, tmp_path):
    result = run("bad.yaml", "--format", "text,json=out.json, sarif=out.sarif")
    assert result.exit_code == 1
    assert result.output.startswith("error[E201]")
    assert len(json.loads((tmp_path / "out.json").read_text())) == 1
    assert json.loads((tmp_path / "out.sarif").read_text())["version"] == "2.1.0"


def test_nothing_is_shown_when_all_formats_go_to_files(run, tmp_path):
    assert run("bad.yaml", "--format", "text=out.txt").output == ""
    assert "bad.yaml:3:1" in (tmp_path / "out.txt").read_text()


@pytest.mark.parametrize(
    ("formats", "problem"),
    [
        ("xml", "'xml' is not one of 'text', 'json', 'github', 'sarif'"),
        ("text,", "'' is not one of"),
        ("text,json", "'text' and 'json' cannot both be shown; write one to a file: 'json=FILE'"),
        ("json=", "'json=' names no file"),
        ("json=a,sarif=./a", "'a' is there twice"),
        ("json=no/where.json", "cannot write 'no/where.json': there is no 'no'"),
        ("json=.", "cannot write '.': it is a directory"),
    ],
)
def test_formats_that_cannot_be_written_are_wrong_usage(run, formats, problem):
    result = run("good.yaml", "--format", formats)
    assert result.exit_code == 2
    assert problem in " ".join(result.output.split())


def test_a_report_is_replaced_as_a_whole(run, tmp_path):
    report, link = tmp_path / "real.json", tmp_path / "link.json"
    report.write_text("old")
    link.symlink_to(report)
    before = report.stat().st_ino
    run("good.yaml", "--format", "json=link.json")
    assert (json.loads(report.read_text()), link.is_symlink()) == ([], True)
    assert report.stat().st_ino != before
    assert not list(tmp_path.glob("*.tmp"))


def test_a_pipe_is_written_to_as_it_is(run, tmp_path):
    reader, writer = os.pipe()
    run("good.yaml", "--format", f"json=/dev/fd/{writer}")
    os.close(writer)
    with open(reader) as stream:
        assert json.load(stream) == []


def test_annotations_hold_no_character_that_steers_the_log():
    found = Diagnostic("a.yaml", 1, 1, 1, 2, "error", "E201", "", "bad \x1b[2J\u2028\n::stop", "")
    (line,) = render([found], "github").splitlines()
    assert line.endswith(",title=E201::bad \\u{1b}[2J\\u{2028}%0A::stop")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["good.yaml"], 0),
        (["bad.yaml"], 1),
        (["missing.yaml"], 1),
        (["bad.yaml", "--exit-zero"], 0),
        (["bad.yaml", "--exit-zero", "--format", "xml"], 2),
        (["no*.yaml"], 2),
    ],
)
def test_the_exit_code_tells_clean_from_problems_from_wrong_usage(run, arguments, code):
    assert run(*arguments).exit_code == code


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "on_terminal", "elsewhere"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
    ],
)
def test_colour_is_for_terminals_unless_told_otherwise(
    monkeypatch, environ, on_terminal, elsewhere
):
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert is_colourful(_Terminal()) is on_terminal
    assert is_colourful(io.StringIO()) is elsewhere


def test_forced_colour_reaches_the_output(run, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b" not in run("bad.yaml").output
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31merror[E201]" in run("bad.yaml").output
