from __future__ import annotations

from pathlib import Path

import pytest

from adkconf.config import load

APP = "name: a\nroot_agent: {model: echo}\n"


def found(file: Path) -> list[tuple[str, str, int]]:
    return [
        (Path(item.file).name, item.code, item.line) for item in load(file, environ={}).diagnostics
    ]


def test_version_of_the_language_may_be_written(tmp_path):
    file = tmp_path / "app.yaml"
    file.write_text(APP + "schema: 1\n")
    assert load(file, environ={}).ok


@pytest.mark.parametrize(
    "noise", ["", "rooms: [1]\nprofiles: {a: {x: null}}\n", "extends: no.yaml\n"]
)
def test_newer_language_is_one_error_whatever_else_the_file_says(tmp_path, noise):
    file = tmp_path / "app.yaml"
    file.write_text("schema: 2\nname: 3\n" + noise)
    assert found(file) == [("app.yaml", "E109", 1)]


def test_newer_language_of_a_file_below_is_one_error_there(tmp_path):
    (tmp_path / "base.yaml").write_text("schema: 7\nrooms: 3\n")
    file = tmp_path / "app.yaml"
    file.write_text(APP + "extends: base.yaml\nzzz: 1\n")
    assert found(file) == [("base.yaml", "E109", 1)]


@pytest.mark.parametrize(("version", "code"), [("0", "E204"), ("one", "E203"), ("1.5", "E203")])
def test_what_is_no_version_is_an_error_among_others(tmp_path, version, code):
    file = tmp_path / "app.yaml"
    file.write_text(f"{APP}schema: {version}\nzzz: 1\n")
    assert found(file) == [("app.yaml", code, 3), ("app.yaml", "E201", 4)]
