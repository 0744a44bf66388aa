"""The hook that pre-commit takes from the repository."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"


def test_pre_commit_takes_the_manifest(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST)],
        capture_output=True,
        text=True,
        env={"PRE_COMMIT_HOME": str(tmp_path), "HOME": str(tmp_path)},
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("path", "taken"),
    [("app.yaml", True), ("a/b/app.yaml", True), ("myapp.yaml", False), ("app.yaml.j2", False)],
)
def test_the_hook_takes_the_files_of_apps(path, taken):
    (hook,) = yaml.safe_load(MANIFEST.read_text())
    assert bool(re.search(hook["files"], path)) is taken
