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


@pytest.fixture
def repository(tmp_path: Path, write: Write) -> Callable[..., str]:
    """A repository in the working directory; calling it runs git there."""

    def git(*arguments: str) -> str:
        who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
        command = ["git", *who, *arguments]
        done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout

    write("base.yaml", "server: {port: 1}\n")
    write("apps/app.yaml", f"extends: ../base.yaml\n{APP}")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "First")
    return git


@pytest.mark.parametrize("old", ["main:apps/app.yaml", "HEAD:./apps/app.yaml"])
def test_a_revision_is_compared_with_what_it_extended(
    adkconf: Adkconf, write: Write, repository: Callable[..., str], old: str
):
    write("base.yaml", "server: {port: 2}\n")
    done = adkconf("diff", old, "apps/app.yaml", "--format", "json")
    (change,) = json.loads(done.stdout)["changes"]
    assert (change["path"], change["old"], change["new"]) == ("server.port", "1", "2")
    assert repository("status", "--porcelain") == " M base.yaml\n"


def test_two_revisions_are_compared(adkconf: Adkconf, write: Write, repository):
    write("apps/app.yaml", APP + "cache: true\n")
    repository("commit", "-q", "-a", "-m", "Second")
    done = adkconf("diff", "HEAD~1:apps/app.yaml", "HEAD:apps/app.yaml", "--exit-code")
    assert (done.returncode, "server.port: 1 → 8000" in done.stdout) == (1, True)


def test_mistakes_of_a_revision_are_told_by_its_name(adkconf: Adkconf, write: Write, repository):
    write("apps/app.yaml", APP + "nmae: x\n")
    repository("commit", "-q", "-a", "-m", "Second")
    done = adkconf("diff", "main:apps/app.yaml", "main:apps/app.yaml")
    assert (done.returncode, " --> main:apps/app.yaml:3:1\n" in done.stderr) == (1, True)
    assert "3 | nmae: x" in done.stderr


@pytest.mark.parametrize(
    ("old", "reason"),
    [
        ("nope:apps/app.yaml", "Needed a single revision"),
        ("main:app.yaml", "app.yaml"),
        ("--output=x:app.yaml", "Needed a single revision"),
    ],
)
def test_what_is_in_no_revision_is_wrong_usage(adkconf: Adkconf, repository, old: str, reason: str):
    done = adkconf("diff", "--", old, "apps/app.yaml")
    assert (done.returncode, f"there is no file '{old}', and no such revision" in done.stderr) == (
        *(2,),
        True,
    )
    assert reason in done.stderr


def test_without_git_a_revision_is_not_looked_for(
    adkconf: Adkconf, write: Write, environment: dict[str, str], tmp_path: Path
):
    write("app.yaml", APP)
    environment["PATH"] = str(tmp_path)
    done = adkconf("diff", "main:app.yaml", "app.yaml")
    assert (done.returncode, "git must be installed" in done.stderr) == (2, True)


def test_a_file_with_a_colon_in_its_name_is_a_file(adkconf: Adkconf, write: Write):
    write("main:app.yaml", APP)
    write("app.yaml", APP)
    assert adkconf("diff", "main:app.yaml", "app.yaml", "--exit-code").returncode == 0
