"""An editor with the YAML language server completes, documents and checks app files."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.editor.language_server import LanguageServer

ROOT = Path(__file__).parents[2]
PACKAGE = "yaml-language-server@1"
APP = f"""\
# yaml-language-server: $schema={(ROOT / "schemas/app.schema.json").as_uri()}
name: editor
root_agent:
  model: echo
  ins
services:
  sess
"""


@pytest.fixture(scope="session")
def program() -> Path:
    if shutil.which("npm") is None:
        pytest.skip("NOT CHECKED: the schema in editors, because npm is not installed")
    folder = ROOT / "build" / "yaml-language-server"
    if not folder.exists():
        # Installed aside and renamed, since several processes may run these tests at once.
        folder.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as aside:
            subprocess.run(["npm", "install", "--silent", PACKAGE], cwd=aside, check=True)
            with contextlib.suppress(OSError):  # another one was faster
                Path(aside).rename(folder)
    return (folder / "node_modules/.bin/yaml-language-server").resolve()


@pytest.fixture
def server(program: Path, tmp_path: Path) -> Iterator[LanguageServer]:
    server = LanguageServer(program, tmp_path)
    yield server
    server.close()


def labels(result: Any) -> set[str]:
    return {item["label"] for item in (result["items"] if isinstance(result, dict) else result)}


def test_keys_are_completed_and_documented(server: LanguageServer, tmp_path: Path) -> None:
    path = tmp_path / "app.yaml"
    server.open(path, APP)
    assert {"instruction", "tools", "sub_agents"} <= labels(server.at("completion", path, 4, 5))
    assert {"session", "artifact", "memory"} <= labels(server.at("completion", path, 6, 6))
    hover = server.at("hover", path, 2, 3)
    assert "agent" in str(hover["contents"]).lower()


@pytest.mark.parametrize(
    ("line", "column"),
    [("  instuction: x", 2), ("  include_contents: some", 20), ("  tools: 3", 9)],
)
def test_problem_is_underlined_where_it_is(
    server: LanguageServer, tmp_path: Path, line: str, column: int
) -> None:
    path = tmp_path / "app.yaml"
    head = APP.split("  ins\n", maxsplit=1)[0]
    server.open(path, f"{head}{line}\n")
    (problem,) = server.diagnostics(path)
    assert problem["range"]["start"] == {"line": 4, "character": column}


def test_every_example_is_without_a_problem(server: LanguageServer, tmp_path: Path) -> None:
    apps = sorted(ROOT.glob("examples/*/app.yaml"))
    assert apps
    for number, app in enumerate(apps):
        path = tmp_path / f"{number}.yaml"
        modeline = APP.splitlines()[0]
        server.open(path, f"{modeline}\n{app.read_text()}")
        assert server.diagnostics(path) == []
