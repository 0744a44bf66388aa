"""An editor with the YAML language server completes, documents and checks app files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editor.language_server import LanguageServer, labels

ROOT = Path(__file__).parents[2]
APP = f"""\
# yaml-language-server: $schema={(ROOT / "schemas/app.schema.json").as_uri()}
name: editor
root_agent:
  model: echo
  ins
services:
  sess
"""


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
