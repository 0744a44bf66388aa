"""Whatever a file holds, nothing but diagnostics comes out of it.

The long run takes the numbers of its inputs from the environment, so that it can go on where
another one ended: `FUZZ_FIRST=200000 FUZZ_COUNT=800000 pytest -m stress tests/fuzz`. A tenth of the
inputs are trees. Inputs that broke something are kept in `crashers`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.fuzz import inputs, oracle

CRASHERS = sorted((Path(__file__).parent / "crashers").iterdir())
FIRST = int(os.environ.get("FUZZ_FIRST", "0"))
COUNT = int(os.environ.get("FUZZ_COUNT", "1000000"))


def fuzz(project: Path, make, numbers: range) -> dict[str, int]:
    """Returns what went wrong, each with the number of the first input that did it."""
    found: dict[str, int] = {}
    for number in numbers:
        if complaint := oracle.complaint(project / "app.yaml", make(number)):
            found.setdefault(complaint, number)
    return found


@pytest.mark.parametrize("make", [inputs.of_bytes, inputs.of_tree])
def test_fuzzed_file_gives_nothing_but_diagnostics(make, project):
    numbers = range(1750) if make is inputs.of_bytes else range(250)
    assert fuzz(project, make, numbers) == {}


@pytest.mark.parametrize("file", CRASHERS, ids=lambda file: file.name)
def test_what_once_broke_the_loader_gives_diagnostics(file, project):
    assert oracle.complaint(project / "app.yaml", file.read_bytes()) == ""


@pytest.mark.stress
@pytest.mark.timeout(0)
@pytest.mark.parametrize("make", [inputs.of_bytes, inputs.of_tree])
def test_a_million_fuzzed_files_give_nothing_but_diagnostics(make, project):
    share = 1 if make is inputs.of_bytes else 10
    assert fuzz(project, make, range(FIRST // share, (FIRST + COUNT) // share)) == {}
