"""One change anywhere in a valid file is accepted, or reported where it was made."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from mutations import ENVIRON, Mutant, mutants

from adkconf.config import Diagnostic, load

ROOT = Path(__file__).parents[2]
# A model or an anchor that is gone is missed where it is used, a key in what it belongs to, a
# file that became required where it is named, an edge at the nodes that need it, and the chosen
# profile among the others.
MISSED_ELSEWHERE = {"E603", "E104", "E107", "E202", "E207", "E305", "E403", "E604"}


@dataclass(frozen=True)
class Subject:
    """An app, how it is loaded, and the file of it that is changed."""

    app: str
    changed: str = ""
    profile: str | None = None
    overrides: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        return self.changed or self.app

    def __str__(self) -> str:
        return " ".join(filter(None, (self.app, self.changed, self.profile, *self.overrides)))


WHOLE = [
    Subject(str(file.relative_to(ROOT)))
    for pattern in ("examples/*/app.yaml", "tests/cases/valid/*.yaml")
    for file in sorted(ROOT.glob(pattern))
]
PARTS = [
    Subject("examples/agent_config/app.yaml", "examples/agent_config/town_guide/root_agent.yaml"),
    Subject("examples/agent_config/app.yaml", "examples/agent_config/town_guide/walks.yaml"),
    Subject("tests/cases/valid/agent_file.yaml", "tests/cases/valid/files/researcher.yaml"),
    Subject("tests/cases/valid/components.yaml", "tests/cases/valid/files/researcher.yaml"),
    Subject("tests/cases/valid/workflow.yaml", "tests/cases/valid/files/researcher.yaml"),
    Subject("tests/cases/valid/full.yaml", "tests/cases/valid/files/base.yaml"),
    Subject("tests/cases/valid/full.yaml", profile="prod"),
    Subject("tests/cases/valid/full.yaml", overrides=("server.port=9000", "run.on_busy=queue")),
    Subject("examples/profiles/app.yaml", profile="production"),
    Subject(
        "examples/profiles/app.yaml",
        overrides=("root_agent.name=other", "services.session=memory://"),
    ),
]
SUBJECTS = [*WHOLE, *PARTS]


@pytest.fixture
def project(tmp_path, monkeypatch):
    for part in ("examples", "tests/cases"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("*.db"))
    monkeypatch.chdir(tmp_path)


def offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(before) + 1 for before in lines[: line - 1]) + column - 1


def strays(subject: Subject, mutant: Mutant) -> list[Diagnostic]:
    """Returns the errors of a mutant if none is where the change was made."""
    loaded = load(
        subject.app, profile=subject.profile, overrides=subject.overrides, environ=ENVIRON
    )
    # A change may make something else advisable.
    found = [problem for problem in loaded.diagnostics if problem.severity == "error"]
    places = [
        offset(mutant.text, problem.line, problem.column)
        for problem in found
        if problem.file == subject.file
    ]
    inside = any(mutant.start <= place <= mutant.end for place in places)
    return [] if inside or all(map(is_missed_elsewhere, found)) else found


def is_missed_elsewhere(problem: Diagnostic) -> bool:
    is_node = problem.code == "E501" and problem.message.startswith("there is no node")
    return is_node or problem.code in MISSED_ELSEWHERE


def check(subject: Subject, chosen: list[Mutant]) -> None:
    file = Path(subject.file)
    original = file.read_text(encoding="utf-8")
    for mutant in chosen:
        file.write_text(mutant.text, encoding="utf-8")
        found = strays(subject, mutant)
        assert found == [], (mutant.what, mutant.text[mutant.start : mutant.end])
    file.write_text(original, encoding="utf-8")


def all_mutants(subject: Subject) -> list[Mutant]:
    return list(mutants((ROOT / subject.file).read_text(encoding="utf-8")))


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("count", [4, pytest.param(24, marks=pytest.mark.long)])
@pytest.mark.parametrize("subject", SUBJECTS, ids=str)
def test_change_is_accepted_or_reported_where_it_is(subject, count):
    check(subject, random.Random(7).sample(all_mutants(subject), count))


def test_there_are_more_than_20_000_changes():
    assert sum(len(all_mutants(subject)) for subject in SUBJECTS) > 20_000


@pytest.mark.stress
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("subject", SUBJECTS, ids=str)
def test_every_change_is_accepted_or_reported_where_it_is(subject):
    check(subject, all_mutants(subject))
