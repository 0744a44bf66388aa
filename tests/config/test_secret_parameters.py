"""What Python code takes as a secret is not shown, whatever its parameter is called."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from adkconf.cli.commands import commands
from adkconf.config import load

PYTHON = """
from dataclasses import dataclass

import pydantic
from pydantic import BaseModel, SecretStr

from adkconf.agents import BaseAgent
from adkconf.plugins import BasePlugin

class Login(BaseModel):
    user: str
    phrase: SecretStr

class Audit(BasePlugin):
    def __init__(
        self, entry: SecretStr, *, plain: str = "", login: Login | None = None,
        more: list[pydantic.SecretStr] | None = None,
    ) -> None:
        super().__init__("audit")

class Agent(BaseAgent):
    entry: SecretStr
"""
APP = """name: a
plugins:
  - ./p.py:Audit: hunter2
  - ./p.py:Audit:
      entry: hunter2
      plain: seen
      more: [hunter2, hunter2]
root_agent: {name: r, agent_class: "./p.py:Agent", entry: hunter2}
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a command in a directory with the app and its code; returns the output."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.py").write_text(PYTHON)
    (tmp_path / "app.yaml").write_text(APP)
    return lambda *arguments: CliRunner().invoke(commands, arguments).output


def test_secret_of_a_type_is_hidden_by_show(run):
    output = run("show", "app.yaml")
    assert "seen" in output
    assert "hunter2" not in output
    assert output.count("<hidden>") == 5


def test_secret_of_a_type_is_hidden_by_diff(run, tmp_path):
    (tmp_path / "new.yaml").write_text(APP.replace("hunter2", "hunter3"))
    output = run("diff", "app.yaml", "new.yaml")
    assert "entry" in output
    assert "hunter" not in output


def test_secret_of_a_type_is_not_ejected(run):
    output = run("eject", "app.yaml")
    assert "hunter2" not in output


def test_secret_of_a_type_is_not_told_by_an_error(run, tmp_path):
    plugins = "plugins:\n  - ./p.py:Audit: {entry: x, login: hunter2}\n"
    app = f"name: a\nroot_agent: {{model: echo}}\n{plugins}"
    (tmp_path / "app.yaml").write_text(app)
    (problem,) = load("app.yaml", environ={}).diagnostics
    assert problem.code == "E505"
    assert "hunter2" not in problem.message + problem.hint


def test_no_argument_of_python_code_is_in_the_representation(run):
    spec = load("app.yaml", environ={}).spec
    assert "hunter2" not in repr(spec)
    assert "args=('entry', 'plain', 'more')" in repr(spec.plugins[1])
    assert "args=('entry',)" in repr(spec.root_agent)
