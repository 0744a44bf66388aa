"""The pages say what is true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_generated_pages_are_fresh() -> None:
    command = [sys.executable, "docs/generate.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / "docs/parity.md").read_text())


@pytest.mark.parametrize(("file", "test"), sorted(set(NAMED)))
def test_every_test_that_parity_names_is_there(file: str, test: str) -> None:
    written = (ROOT / file).read_text()
    assert re.search(rf"def {test}\(" if test else "def test_", written)
