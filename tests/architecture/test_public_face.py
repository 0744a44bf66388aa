"""What can be imported, and that both lists of every lazy package agree."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import adkconf

ROOT = Path(adkconf.__file__).parent
PACKAGES = sorted(
    ".".join(("adkconf", *path.parent.relative_to(ROOT).parts))
    for path in ROOT.rglob("__init__.py")
    if "attach(" in path.read_text()
)


def test_top_level_names_are_frozen() -> None:
    assert sorted(adkconf.__all__) == [
        "AdkconfError",
        "Agent",
        "App",
        "Event",
        "InMemoryRunner",
        "LlmAgent",
        "Runner",
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_listed_name_can_be_imported_and_is_known_to_type_checkers(package: str) -> None:
    module = import_module(package)
    assert all(getattr(module, name) is not None for name in module.__all__)
    tree = ast.parse(Path(str(module.__file__)).read_text())
    typed = {
        alias.asname or alias.name
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == set(module.__all__)


@pytest.mark.parametrize(
    "line",
    [
        "from adkconf.runners import InMemoryRunner, Runner",
        "from adkconf.agents import LlmAgent",
        "from adkconf.agents import LiveRequest, LiveRequestQueue, RunConfig",
        "from adkconf.agents.live_request_queue import LiveRequestQueue",
        "from adkconf.agents.run_config import RunConfig, StreamingMode",
        "from adkconf.apps import App",
        "from adkconf.plugins import LoggingPlugin",
        "from adkconf.sessions import DatabaseSessionService, InMemorySessionService",
        "from adkconf.sessions.base_session_service import GetSessionConfig",
        "from adkconf.artifacts import FileArtifactService, InMemoryArtifactService",
        "from adkconf.tools import FunctionTool, ToolContext, google_search",
    ],
)
def test_imports_of_the_documents_work(line: str) -> None:
    exec(line, {})


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import adkconf", ["pydantic", "google.genai", "sqlalchemy", "yaml"]),
        ("import adkconf.config", ["google.genai", "sqlalchemy", "starlette"]),
        ("import adkconf.runners", ["sqlalchemy", "starlette", "yaml", "jsonschema"]),
        ("import adkconf.cli", ["google.genai", "sqlalchemy", "starlette", "pydantic"]),
    ],
)
def test_imports_stay_small(statement: str, absent: list[str]) -> None:
    code = f"import sys; {statement}; print([m for m in {absent!r} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
