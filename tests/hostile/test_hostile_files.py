"""Input that no person writes: always a diagnostic, never a traceback, never a long wait."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adkconf.config import load
from tests.hostile import judge
from tests.hostile.meanings import PATHS, TREES, lay_out
from tests.hostile.texts import APP, CHARACTERS, REPEATED, SHAPES, Content

ROOT = Path(__file__).parents[2]
HOSTILE: dict[str, Content] = {**REPEATED, **SHAPES, **CHARACTERS, **TREES}


class Judge:
    """Loads files in children of a process of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._process = subprocess.Popen(
            [sys.executable, "-m", judge.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=directory,
            env={"PYTHONPATH": str(ROOT)},
            text=True,
        )

    def __call__(self, path: str) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(path) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def load(self, content: Content) -> dict[str, Any]:
        """Returns the verdict on a content."""
        data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        (self.directory / "app.yaml").write_bytes(data)
        return self("app.yaml")

    def close(self) -> str:
        """Returns what was written to the standard error."""
        return self._process.communicate()[1]


@pytest.fixture(scope="module")
def court(tmp_path_factory) -> Iterator[Judge]:
    directory = tmp_path_factory.mktemp("hostile")
    lay_out(directory)
    made = Judge(directory)
    yield made
    assert made.close() == ""


# Of the processor: what else the machine does counts little, and the best of three tries counts.
MAX_SECONDS = 0.25
TRIES = 3


def is_quick(court: Judge, content: Content) -> bool:
    return any(court.load(content)["seconds"] <= MAX_SECONDS for _ in range(TRIES))


def names() -> list[Any]:
    """All names; two of three files that take long by repeating something are for longer runs."""
    longer = {name for number, name in enumerate(REPEATED) if number % 3}
    return [
        pytest.param(name, marks=[pytest.mark.long] if name in longer else []) for name in HOSTILE
    ]


@pytest.mark.parametrize("name", names())
def test_hostile_file_is_refused_quickly_with_a_place(name, court):
    verdict = court.load(HOSTILE[name])
    assert verdict["failure"] == ""
    assert not verdict["accepted"]
    assert verdict["places"]
    assert all(line >= 1 and column >= 1 for line, column in verdict["places"])
    assert verdict["seconds"] <= MAX_SECONDS or is_quick(court, HOSTILE[name])


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ascii(path[:20]))
def test_path_that_is_no_file_of_text_is_one_diagnostic(path, court):
    verdict = court(path)
    assert verdict["failure"] == ""
    assert len(verdict["places"]) == 1
    assert verdict["codes"] in (["E101"], ["E102"], ["E103"], ["E105"])


@pytest.mark.parametrize("text", ["\ufeff" + APP, APP.replace("\n", "\r\n"), APP.rstrip()])
def test_harmless_oddities_are_accepted(text, tmp_path):
    file = tmp_path / "app.yaml"
    file.write_bytes(text.encode())
    assert load(file, environ={}).diagnostics == ()
