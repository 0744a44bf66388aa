"""One change anywhere in a valid file is accepted, or reported where it was made."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from adkconf.config import load

# A model or an anchor that is gone is missed where it is used, a key in what it belongs to, and a
# file that became required where it is named.
MISSED_ELSEWHERE = {"E603", "E104", "E107", "E202", "E207", "E305"}
NAMES = ["components", "full", "anchors", "minimal"]
CASES = Path(__file__).parents[1] / "cases" / "valid"


@dataclass(frozen=True)
class Target:
    """An entry of a mapping or an item of a list, as a span of the text."""

    start: int
    key_end: int
    value_start: int
    end: int
    keyed: bool


def targets(text: str) -> Iterator[Target]:
    yield from _targets(yaml.compose(text, Loader=yaml.SafeLoader))


def _targets(node: yaml.Node) -> Iterator[Target]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield Target(
                key.start_mark.index,
                key.end_mark.index,
                value.start_mark.index,
                value.end_mark.index,
                True,
            )
            yield from _targets(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            start, end = item.start_mark.index, item.end_mark.index
            yield Target(start, start, start, end, False)
            yield from _targets(item)


def mutants(text: str) -> Iterator[tuple[str, int, int]]:
    """Yields changed texts, each with the span of the change in it."""
    # What an alias stands for is written before its key, and is a target of its own there.
    for target in {target for target in targets(text) if target.value_start >= target.key_end}:
        value = text[target.value_start : target.end].rstrip()
        end = target.value_start + len(value)
        for replacement in (
            "5",
            "true",
            "[]",
            "{}",
            "zzz",
            "null",
            "-1",
            '""',
            "[zzz]",
            "{zzz: 1}",
        ):
            changed = text[: target.value_start] + replacement + text[end:]
            yield changed, target.start, target.value_start + len(replacement)
        if target.keyed:
            key = text[target.start : target.key_end]
            for other in (key + "x", key[1:] + key[:1], "zzz", key[:-1] or "q"):
                changed = text[: target.start] + other + text[target.key_end :]
                yield changed, target.start, end + len(other) - len(key)


def offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(before) + 1 for before in lines[: line - 1]) + column - 1


@pytest.fixture
def directory(tmp_path, monkeypatch):
    shutil.copytree(CASES, tmp_path / "cases")
    monkeypatch.chdir(tmp_path / "cases")


def check_mutants(name: str, count: int | None) -> None:
    text = (CASES / f"{name}.yaml").read_text(encoding="utf-8")
    chosen = list(mutants(text))
    random.Random(7).shuffle(chosen)
    file = Path("mutant.yaml")
    for changed, start, end in chosen[:count]:
        file.write_text(changed, encoding="utf-8")
        # A change may make something else advisable.
        every = load(file, environ={}).diagnostics
        found = [problem for problem in every if problem.severity == "error"]
        places = [
            offset(changed, problem.line, problem.column)
            for problem in found
            if problem.file == file.name
        ]
        elsewhere = all(problem.code in MISSED_ELSEWHERE for problem in found)
        inside = any(start <= place <= end for place in places)
        assert inside or elsewhere, (changed[start:end], found)


@pytest.mark.usefixtures("directory")
@pytest.mark.parametrize("name", NAMES)
def test_change_is_accepted_or_reported_where_it_is(name):
    check_mutants(name, 100)


@pytest.mark.stress
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("directory")
@pytest.mark.parametrize("name", NAMES)
def test_every_change_is_accepted_or_reported_where_it_is(name):
    check_mutants(name, None)
