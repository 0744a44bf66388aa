"""`adkconf schema FILE`: the project's own components, from code that is never run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from adkconf.cli.init import init
from adkconf.cli.schema import schema as schema_command
from adkconf.config import load
from adkconf.config.catalog import extensions
from adkconf.config.schema import project_schema

PYTHON = '''
raise RuntimeError("this is never run")

from adkconf.agents import BaseAgent
from adkconf.code_executors import BaseCodeExecutor
from adkconf.memory import BaseMemoryService
from adkconf.models import BaseLlm
from adkconf.plugins import BasePlugin
from adkconf.sessions import BaseSessionService
from adkconf.tools import BaseTool

class Audit(BasePlugin):
    """Writes what happens.

    Args:
        path: Where to.
    """
    def __init__(self, path: str, lines: int = 3): ...

class Model(BaseLlm):
    heat: float = 0.5
    """How random."""

class Tool(BaseTool):
    def __init__(self): ...

class Sessions(BaseSessionService):
    def __init__(self, url: str): ...

class Memories(BaseMemoryService): ...
class Executor(BaseCodeExecutor): ...

class Agent(BaseAgent):
    rounds: int = 1

def search(query: str) -> str:
    """Searches."""

def make_plugin(size: int) -> BasePlugin: ...

class Other: ...
def _hidden(): ...
'''
APP: dict[str, Any] = {"name": "a", "root_agent": {"model": "echo"}}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "parts.py").write_text(PYTHON)
    for skipped in (".venv", "tests", "env"):
        (tmp_path / skipped).mkdir()
        (tmp_path / skipped / "parts.py").write_text(PYTHON)
    (tmp_path / "env" / "pyvenv.cfg").touch()
    (tmp_path / "broken.py").write_text("def (")
    file = tmp_path / "app.yaml"
    file.write_text(json.dumps({**APP, "plugins": [{"./own/parts.py:make_plugin": {"size": 1}}]}))
    return file


def names(schema: Any, family: str) -> set[str]:
    text = json.dumps(schema["$defs"][family])
    return {part.split('"')[0] for part in text.split("parts.py:")[1:]}


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ("Plugin", {"Audit", "make_plugin"}),
        ("Model", {"Model"}),
        ("Tool", {"Tool", "search", "make_plugin"}),
        ("Session", {"Sessions"}),
        ("Memory", {"Memories"}),
        ("CodeExecutor", {"Executor"}),
        ("CustomAgentSpec", {"Agent"}),
        ("Reference", {"search", "make_plugin"}),
    ],
)
def test_what_a_file_defines_is_found_by_what_it_extends(project, family, expected):
    schema = project_schema(project)
    assert names(schema, family) == expected
    assert ".venv" not in json.dumps(schema)
    assert "env/parts" not in json.dumps(schema)


def test_schema_of_a_project_passes_the_metaschema(project):
    Draft202012Validator.check_schema(project_schema(project))


def test_signatures_and_docstrings_become_arguments(project):
    schema = project_schema(project)
    long_form = next(
        form for form in schema["$defs"]["Plugin"]["anyOf"] if "patternProperties" in form
    )
    audit = long_form["properties"]["./own/parts.py:Audit"]
    assert audit["description"] == "Writes what happens."
    assert audit["anyOf"][0]["properties"] == {
        "path": {"title": "path", "description": "Where to.\n\n`str`", "type": "string"},
        "lines": {"title": "lines", "description": "`int`", "type": "integer", "default": 3},
    }


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({"plugins": [{"./own/parts.py:Audit": {"path": "x"}}]}, True),
        ({"plugins": [{"./own/parts.py:Audit": "x"}]}, True),
        ({"plugins": [{"./own/parts.py:Audit": {}}]}, False),
        ({"plugins": [{"./own/parts.py:Audit": {"path": "x", "lins": 1}}]}, False),
        ({"plugins": [{"./own/parts.py:Audit": 3}]}, False),
        ({"plugins": [{"./own/parts.py:make_plugin": {"size": "x"}}]}, False),
        ({"plugins": ["./own/parts.py:make_plugin"]}, None),
        ({"models": {"m": {"./own/parts.py:Model": {"model": "x", "heat": "hot"}}}}, False),
        ({"services": {"session": {"./own/parts.py:Sessions": {"url": 3}}}}, False),
        ({"services": {"session": {"./own/parts.py:Sessions": {"url": "x"}}}}, True),
        ({"root_agent": {"agent_class": "./own/parts.py:Agent", "rounds": "x"}}, False),
        ({"root_agent": {"agent_class": "./own/parts.py:Agent", "rounds": 2}}, True),
        ({"root_agent": {"tools": ["./own/parts.py:search", "./own/parts.py:Tool"]}}, True),
        ({"root_agent": {"tools": [{"name": "./own/parts.py:Tool", "args": {"x": 1}}]}}, False),
    ],
    ids=str,
)
def test_schema_of_a_project_and_loader_agree(project, change, fits):
    schema = project_schema(project)
    app = {**APP, **change}
    project.write_text(json.dumps(app))
    loaded = load(project, environ={})
    if fits is not None:
        assert Draft202012Validator(schema).is_valid(app) == fits
        assert loaded.ok == fits, loaded.diagnostics


def test_installed_extensions_are_described_and_checked(tmp_path, monkeypatch):
    for name, text in {
        "shop-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: shop\nVersion: 1\n",
        "shop-1.dist-info/entry_points.txt": "[adkconf.plugins]\ncounter = shopkit:Counter\n",
        "shopkit.py": "raise OSError\nclass Counter:\n    def __init__(self, n: int): ...\n",
        "app/app.yaml": json.dumps({**APP, "plugins": [{"counter": {"n": 1}}]}),
        "app/wrong.yaml": json.dumps({**APP, "plugins": [{"counter": {"n": "x"}}, "counter"]}),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    extensions.extensions.cache_clear()
    try:
        loaded = load(tmp_path / "app/app.yaml", environ={})
        wrong = load(tmp_path / "app/wrong.yaml", environ={})
        schema = project_schema(tmp_path / "app/app.yaml")
    finally:
        extensions.extensions.cache_clear()
    assert [plugin.name for plugin in loaded.spec.plugins] == ["counter"]
    assert [item.message for item in wrong.diagnostics] == [
        "'counter': 'n' takes 'int', not 'x'",
        "'counter': arguments are missing: n",
    ]
    assert '"counter"' in json.dumps(schema["$defs"]["Plugin"])
    assert "shopkit" not in sys.modules


def test_command_prints_the_schema_of_a_project(project):
    done = CliRunner().invoke(schema_command, [str(project)])
    assert json.loads(done.stdout) == project_schema(project)


def test_new_app_knows_its_own_tools(tmp_path):
    assert CliRunner().invoke(init, [str(tmp_path)]).exit_code == 0
    schema = json.loads((tmp_path / ".adkconf/app.schema.json").read_text())
    assert "Adds something to the list of things to do." in json.dumps(schema["$defs"]["Tool"])
