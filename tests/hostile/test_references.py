"""No reference imports, runs or starts anything outside of the project, in no place, ever."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hostile import watch
from tests.hostile.references import POSITIONS, REFERENCES, TOOLS

ROOT = Path(__file__).parents[2]
RUN = ["run", "app.yaml", "Hello"]
COMMANDS = (
    *(["validate", "app.yaml"], ["show", "app.yaml"], ["show", "--variables", "app.yaml"]),
    *(["graph", "app.yaml"], ["diff", "sound.yaml", "app.yaml"], ["schema", "app.yaml"], RUN),
)
SOUND = "name: sound\nroot_agent: {model: echo, tools: ['./tools.py:search']}\n"
WRONG = (
    "name: a\nroot_agent: {model: echo, tools: [os.system, ./nobody.py:x, nobody]}\n"
    "services: {session: nothing}\n"
)


class Watched:
    """Commands in a process that tells what they do."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._process = subprocess.Popen(
            [sys.executable, "-m", watch.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=directory,
            env={"PYTHONPATH": str(ROOT)},
            text=True,
        )
        (directory / "app.yaml").write_text(WRONG)
        first = [
            [word.replace("app.yaml", file) for word in command]
            for command in COMMANDS
            for file in ("app.yaml", "sound.yaml")
        ]
        self._say(first)

    def __call__(self, command: list[str]) -> dict[str, Any]:
        self._say(command)
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())

    def try_reference(self, reference: str, place: str, command: list[str]) -> dict[str, Any]:
        quoted = json.dumps(reference, ensure_ascii=False)
        text = f"name: a\n{POSITIONS[place].replace('@', quoted)}\n"
        (self.directory / "app.yaml").write_text(text, encoding="utf-8")
        return self(command)

    def close(self) -> None:
        self._process.communicate()

    def _say(self, what: Any) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()


@pytest.fixture(scope="module")
def watched(tmp_path_factory) -> Iterator[Watched]:
    directory = tmp_path_factory.mktemp("references") / "project"
    directory.mkdir()
    outside = directory.parent / "outside.py"
    outside.write_text("raise SystemExit('imported')\n")
    (directory / "tools.py").write_text(TOOLS)
    (directory / "sound.yaml").write_text(SOUND)
    (directory / "link.py").symlink_to(outside)
    (directory / "folder").symlink_to(directory.parent)
    made = Watched(directory)
    yield made
    made.close()


def refused(verdict: dict[str, Any], command: list[str]) -> bool:
    """Tells whether nothing happened, and the file was refused where the command looks at it."""
    return verdict["events"] == [] and (verdict["code"] == 1 or command[0] == "schema")


def test_there_are_at_least_300_references():
    assert len(set(REFERENCES)) >= 300


def test_watcher_sees_what_a_sound_reference_imports(watched):
    events = watched(["run", "sound.yaml", "Hello"])["events"]
    assert f"exec {watched.directory / 'tools.py'}" in events


@pytest.mark.parametrize("place", POSITIONS)
def test_reference_out_of_the_allow_list_does_nothing(place, watched):
    start = list(POSITIONS).index(place)
    for number in range(start, len(REFERENCES), len(POSITIONS)):
        # Goes on with another command when all places had the same one.
        command = COMMANDS[(number + number // len(POSITIONS)) % len(COMMANDS)]
        verdict = watched.try_reference(REFERENCES[number], place, command)
        assert refused(verdict, command), (REFERENCES[number], command, verdict)


@pytest.mark.stress
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("place", POSITIONS)
def test_no_reference_out_of_the_allow_list_does_anything(place, watched):
    for number, reference in enumerate(REFERENCES):
        for command in (RUN, COMMANDS[number % len(COMMANDS)]):
            verdict = watched.try_reference(reference, place, command)
            assert refused(verdict, command), (reference, command, verdict)
