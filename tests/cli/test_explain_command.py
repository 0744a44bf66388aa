from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from adkconf.cli.explain import explain
from adkconf.config.codes.table import CODES

Adkconf = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.mark.parametrize("name", ["E104", "e104"])
def test_a_code_is_explained_with_cause_example_and_fix(adkconf: Adkconf, name: str):
    done = adkconf("explain", name)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("E104: invalid YAML\n\nThe text is no YAML.\n\nExample:\n")
    assert "    instruction: Answer: yes or no\n" in done.stdout
    assert 'Fix: Put the text in quotes, or use a block: `instruction: "Answer: yes' in done.stdout


def test_without_a_code_all_are_listed(adkconf: Adkconf):
    lines = adkconf("explain").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(CODES)
    assert "E201  unknown key" in lines


@pytest.mark.parametrize(
    ("name", "hint"), [("E2O1", "did you mean 'E201'?"), ("??", "`adkconf explain` lists all")]
)
def test_an_unknown_code_is_wrong_usage(adkconf: Adkconf, name: str, hint: str):
    done = adkconf("explain", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert hint in done.stderr


@pytest.mark.parametrize("code", [code for code in CODES if code.startswith("W")])
def test_warnings_are_explained_too(code: str):
    done = CliRunner().invoke(explain, [code])
    assert done.output.startswith(f"{code}: {CODES[code].title}\n")
