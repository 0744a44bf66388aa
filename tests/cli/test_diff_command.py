from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Adkconf = Callable[..., "subprocess.CompletedProcess[str]"]
Write = Callable[[str, str], Path]

APP = "name: app\nroot_agent: {name: boss, model: echo}\n"


def test_diff_tells_what_changes_and_what_it_costs(adkconf: Adkconf, write: Write):
    write("old.yaml", APP)
    write("new.yaml", APP.replace("name: app", "name: shop") + "server: {port: 1}\n")
    done = adkconf("diff", "old.yaml", "new.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "data at risk:\n"
        "  name: app → shop\n"
        "      sessions, artifacts and memories are kept under the app's name; the old ones are"
        " not found\n"
        "restart:\n"
        "  server.port: 8000 → 1\n"
        "      the server reads it once, when it starts\n"
    )


def test_diff_applies_profile_and_options_to_both(adkconf: Adkconf, write: Write):
    write("old.yaml", APP + "profiles: {p: {server: {port: 1}}}\n")
    write("new.yaml", APP + "profiles: {p: {server: {port: 2}}}\n")
    options = ["--profile", "p", "--set", "name=x", "--format", "json"]
    (change,) = json.loads(adkconf("diff", "old.yaml", "new.yaml", *options).stdout)["changes"]
    assert (change["path"], change["old"], change["new"]) == ("server.port", "1", "2")


def test_diff_writes_markdown_for_reviews(adkconf: Adkconf, write: Write):
    write("old.yaml", APP)
    write("new.yaml", APP + "run: {max_llm_calls: 1}\n")
    lines = adkconf("diff", "old.yaml", "new.yaml", "--format", "markdown").stdout.splitlines()
    assert lines[0] == "| impact | change | why |"
    assert lines[2].startswith(
        "| **new generation** | ` run.max_llm_calls: 500 → 1 ` | the next run"
    )


@pytest.mark.parametrize("broken", ["old.yaml", "new.yaml"])
def test_a_broken_file_is_not_compared(adkconf: Adkconf, write: Write, broken: str):
    for name in ("old.yaml", "new.yaml"):
        write(name, APP + ("nmae: x\n" if name == broken else ""))
    done = adkconf("diff", "old.yaml", "new.yaml")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{broken}:3:1" in done.stderr


@pytest.mark.parametrize(("more", "code"), [("engine: adkconf\n", 0), ("cache: true\n", 1)])
def test_the_exit_code_tells_whether_there_is_a_difference(
    adkconf: Adkconf, write: Write, more: str, code: int
):
    write("old.yaml", APP)
    write("new.yaml", APP + more)
    assert adkconf("diff", "old.yaml", "new.yaml", "--exit-code").returncode == code
