"""Each file in tests/cases/lints is about one lint: adding an app to it adds a test.

Apps are separated by `---`. A line that a warning is expected on ends with `# -> CODE:column`.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from adkconf.config import load
from adkconf.config.codes.table import CODES
from adkconf.config.linting.deployment import several_workers

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
_EXPECTED = re.compile(r"-> (W\d+):(\d+)")


@dataclass(frozen=True)
class Case:
    code: str
    number: int
    text: str

    @property
    def expected(self) -> list[tuple[int, int, str]]:
        return [
            (line, int(column), code)
            for line, text in enumerate(self.text.split("\n"), start=1)
            for code, column in _EXPECTED.findall(text)
        ]


CASES_OF_LINTS = [
    Case(file.stem, number, text)
    for file in sorted((CASES / "lints").glob("*.yaml"))
    for number, text in enumerate(file.read_text(encoding="utf-8").split("---\n"), start=1)
]


@pytest.fixture
def directory(tmp_path, monkeypatch):
    shutil.copy(CASES / "valid" / "files" / "tools.py", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lints(text: str, **environ: str) -> list[tuple[int, int, str]]:
    Path("app.yaml").write_text(text, encoding="utf-8")
    loaded = load("app.yaml", environ=environ)
    assert loaded.spec is not None, loaded.diagnostics
    assert {problem.severity for problem in loaded.diagnostics} <= {"warning"}
    return [(problem.line, problem.column, problem.code) for problem in loaded.diagnostics]


@pytest.mark.usefixtures("directory")
@pytest.mark.parametrize("case", CASES_OF_LINTS, ids=lambda case: f"{case.code}-{case.number}")
def test_lint_finds_what_it_should_and_no_more(case):
    text = _EXPECTED.sub("", case.text)
    assert lints(text, TOKEN="x") == case.expected


def test_every_lint_has_apps_with_and_without_it():
    found = Counter(case.code for case in CASES_OF_LINTS if case.expected)
    clean = Counter(case.code for case in CASES_OF_LINTS if not case.expected)
    lints = {code for code in CODES if code.startswith("W")}
    assert {code for code in lints if found[code] >= 2 and clean[code] >= 2} == lints


@pytest.mark.parametrize("file", sorted((ROOT / "examples").glob("*/app.yaml")), ids=str)
def test_examples_are_clean(file):
    assert load(file, environ={}).diagnostics == ()


@pytest.mark.usefixtures("directory")
def test_workers_of_the_command_line_count_too():
    Path("app.yaml").write_text("name: a\nroot_agent: {model: echo}\n")
    app = load("app.yaml", environ={}).spec
    assert [found.code for found in several_workers(app, 2)] == ["W802"]
    assert list(several_workers(app, 1)) == []
