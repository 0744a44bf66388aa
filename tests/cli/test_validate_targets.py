"""What `adkconf validate` takes: patterns, directories, standard input, apps of apps."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from adkconf.cli.validate import validate
from adkconf.inspection import workers
from adkconf.inspection.validation import Target, check_files

GOOD = "name: a\nroot_agent: {model: echo}\n"
BAD = GOOD + "engne: adkconf\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *args, stdin=None: CliRunner().invoke(validate, args, input=stdin)


@pytest.fixture
def write(tmp_path):
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write


@pytest.fixture
def tree(write):
    for name in ("configs/z.yaml", "configs/a/app.yaml", "configs/a/b/app.yaml"):
        write(name, GOOD)
    write("configs/.hidden/app.yaml", BAD)
    write("configs/note.txt", "no app")


@pytest.mark.parametrize(
    ("argument", "files"),
    [
        ("configs/**/*.yaml", ["configs/a/app.yaml", "configs/a/b/app.yaml", "configs/z.yaml"]),
        ("configs", ["configs/a/app.yaml", "configs/a/b/app.yaml"]),
        (".", ["configs/a/app.yaml", "configs/a/b/app.yaml"]),
        ("configs/[yz].yaml", ["configs/z.yaml"]),
    ],
)
def test_patterns_and_directories_stand_for_files(run, tree, argument, files):
    result = run(argument)
    assert result.output == "".join(f"{file}: valid\n" for file in files)


def test_files_that_are_meant_twice_are_checked_once(run, tree):
    result = run("configs/z.yaml", "configs/*.yaml")
    assert result.output == "configs/z.yaml: valid\n"


@pytest.mark.parametrize(
    ("argument", "problem"),
    [("configs/*.json", "no file fits 'configs/*.json'"), ("empty", "no app.yaml in 'empty'")],
)
def test_what_stands_for_no_file_is_wrong_usage(run, tree, tmp_path, argument, problem):
    (tmp_path / "empty").mkdir()
    result = run(argument)
    assert result.exit_code == 2
    assert problem in result.output


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(run, write):
    write("[a].yaml", BAD)
    assert "[a].yaml:3:1" in run("[a].yaml").output


def test_apps_that_a_file_names_are_checked_each_in_its_own_file(run, write):
    write("one/app.yaml", GOOD + "apps: [{file: ../two/app.yaml, profile: dev}]\n")
    write(
        "two/app.yaml",
        GOOD + "apps: [{file: ../three.yaml}, {file: ../one/app.yaml}]\nprofiles: {dev: {}}\n",
    )
    write("three.yaml", BAD)
    assert "--> three.yaml:3:1" in run("one/app.yaml").output
    write("three.yaml", GOOD)
    assert run("one/app.yaml").output.splitlines() == [
        "one/app.yaml: valid",
        "two/app.yaml: valid",
        "three.yaml: valid",
    ]


def test_apps_of_a_file_with_errors_are_checked_too(run, write):
    write("app.yaml", BAD + "apps: [{file: other.yaml}, {file: missing.yaml}]\n")
    write("other.yaml", BAD)
    output = run("app.yaml").output
    assert "--> other.yaml:3:1" in output
    assert output.count("missing.yaml") == 2  # the message and the line


def test_the_profile_of_an_app_that_is_named_must_exist(run, write):
    write("app.yaml", GOOD + "apps: [{file: other.yaml, profile: dev}]\n")
    write("other.yaml", GOOD)
    assert "there is no profile 'dev'" in run("app.yaml").output
    assert "there is no profile 'dev'" in run("app.yaml", "--all-profiles").output


def test_standard_input_stands_for_a_file_with_its_neighbours(run, write):
    write("conf/base.yaml", "run: {max_llm_calls: many}\n")
    result = run("-", "--stdin-filename", "conf/app.yaml", stdin=GOOD + "extends: base.yaml\n")
    assert "--> conf/base.yaml:1:22" in result.output
    assert (
        "conf/app.yaml: valid" in run("-", "--stdin-filename", "conf/app.yaml", stdin=GOOD).output
    )
    assert "<stdin>:3:1" in run("-", stdin=BAD).output


def test_standard_input_is_bounded_like_a_file(run):
    result = run("-", stdin=GOOD + "#" * 1024 * 1024)
    assert (result.exit_code, "E103" in result.output) == (1, True)


def test_a_name_for_standard_input_needs_standard_input(run, write):
    write("a.yaml", GOOD)
    assert run("a.yaml", "--stdin-filename", "b.yaml").exit_code == 2


def test_all_profiles_are_checked_of_each_file_of_a_pattern(run, write):
    for name in ("a", "b"):
        write(f"{name}.yaml", GOOD + f"profiles: {{p: {{engine: '${{NOT_SET_{name}}}'}}}}\n")
    assert run("*.yaml").exit_code == 0
    output = run("*.yaml", "--all-profiles").output
    assert ("NOT_SET_a" in output, "NOT_SET_b" in output) == (True, True)


def test_processes_find_the_same_in_the_same_order(write, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    files = [write(f"{number}.yaml", BAD if number % 3 else GOOD) for number in range(12)]
    targets = [Target(str(file)) for file in files]
    alone = check_files(targets)
    monkeypatch.setattr(workers, "_START_SECONDS", 0.0)
    monkeypatch.setattr(workers, "_cores", lambda: 3)
    assert check_files(targets) == alone
    assert len(alone.diagnostics) == 8


def test_work_is_shared_out_only_if_it_pays(monkeypatch):
    monkeypatch.setattr(workers, "_cores", lambda: 1)
    monkeypatch.setattr(workers, "_START_SECONDS", 0.0)
    assert set(workers.each(_process, range(4))) == {os.getpid()}
    monkeypatch.setattr(workers, "_cores", lambda: 2)
    assert set(workers.each(_process, range(4))) > {os.getpid()}
    monkeypatch.setattr(workers, "_START_SECONDS", 10.0)
    assert set(workers.each(_process, range(4))) == {os.getpid()}


def _process(_: int) -> int:
    return os.getpid()


def test_json_of_many_files_is_ordered_by_file(run, write):
    for name in ("c", "a", "b"):
        write(f"{name}.yaml", BAD)
    rows = json.loads(run("c.yaml", "*.yaml", "--format", "json").output)
    assert [row["file"] for row in rows] == ["a.yaml", "b.yaml", "c.yaml"]
