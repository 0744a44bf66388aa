"""An editor with a project's schema knows the project's own components."""

from __future__ import annotations

from pathlib import Path

import pytest

from adkconf.config.schema import project_schema_text
from tests.editor.language_server import LanguageServer, labels

PLUGINS = '''
from typing import Literal

from adkconf.plugins import BasePlugin


class Audit(BasePlugin):
    """Writes who did what.

    Args:
        level: How much is written.
        limit: How many lines at most.
    """

    def __init__(self, level: Literal["low", "high"] = "low", *, limit: int = 3) -> None:
        super().__init__("audit")


def search(query: str) -> str:
    """Searches the shop."""
    return query
'''
APP = """\
# yaml-language-server: $schema=app.schema.json
name: shop
root_agent:
  model: echo
  tools:
    - exit_loop
plugins:
  - ./plugins.py:Audit:
      level: low
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "plugins.py").write_text(PLUGINS)
    path = tmp_path / "app.yaml"
    path.write_text(APP)
    (tmp_path / "app.schema.json").write_text(project_schema_text(path))
    return path


def test_own_components_and_their_arguments_are_proposed(server: LanguageServer, app: Path) -> None:
    server.open(app, APP.replace("- exit_loop", "- ") + "      \n")
    assert {"./plugins.py:search", "exit_loop"} <= labels(server.at("completion", app, 5, 6))
    assert "limit" in labels(server.at("completion", app, 9, 6))
    assert {"low", "high"} <= labels(server.at("completion", app, 8, 13))


def test_docstrings_are_shown(server: LanguageServer, app: Path) -> None:
    server.open(app, APP)
    assert "How much is written." in str(server.at("hover", app, 8, 8)["contents"])
    assert "Writes who did what." in str(server.at("hover", app, 7, 10)["contents"])


@pytest.mark.parametrize(
    ("line", "column"), [("level: loud", 13), ("lmit: 3", 6), ("limit: x", 13)]
)
def test_wrong_argument_is_underlined(
    server: LanguageServer, app: Path, line: str, column: int
) -> None:
    server.open(app, APP.replace("level: low", line))
    (problem,) = server.diagnostics(app)
    assert problem["range"]["start"] == {"line": 8, "character": column}


def test_app_that_is_right_has_no_problem(server: LanguageServer, app: Path) -> None:
    server.open(app, APP.replace("- exit_loop", "- ./plugins.py:search"))
    assert server.diagnostics(app) == []
