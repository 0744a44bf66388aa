"""Each file in tests/cases is a test: adding a file adds one.

The expected diagnostics stand beside an invalid file. `python tests/config/test_config_cases.py`
writes them anew; look at the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from adkconf.config import load

CASES = Path(__file__).parents[1] / "cases"
VALID = sorted((CASES / "valid").glob("*.yaml"))
INVALID = sorted((CASES / "invalid").glob("*.yaml"))


def described(file: Path) -> str:
    lines = [
        f"{Path(os.path.relpath(found.file, file.parent)).as_posix()}:{found.line}:{found.column} "
        f"{found.code} {found.message}" + (f" ({found.hint})" if found.hint else "")
        for found in load(file, environ={"HOME": "/home/me"}).diagnostics
    ]
    return (
        "\n".join(lines).replace(f"{file.parent}{os.sep}", "").replace("tests/cases/invalid/", "")
        + "\n"
    )


@pytest.mark.parametrize("file", VALID, ids=lambda file: file.stem)
def test_valid_file_has_a_spec_and_no_diagnostics(file):
    loaded = load(file, environ={})
    assert loaded.diagnostics == ()
    assert loaded.spec is not None


@pytest.mark.parametrize("file", INVALID, ids=lambda file: file.stem)
def test_invalid_file_has_exactly_the_expected_diagnostics(file, monkeypatch):
    monkeypatch.chdir(CASES.parents[1])
    assert described(file) == file.with_suffix(".expected").read_text(encoding="utf-8")
    assert load(file, environ={}).spec is None


if __name__ == "__main__":
    os.chdir(CASES.parents[1])
    for case in INVALID:
        case.with_suffix(".expected").write_text(described(case), encoding="utf-8")
