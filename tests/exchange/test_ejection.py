"""What ejected code says, and what is told where it cannot say it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic_core import PydanticUndefined

from adkconf.builder.workflows import FUNCTION_OPTIONS, NODE_OPTIONS, PLAIN_OPTIONS
from adkconf.cli.commands import commands
from adkconf.config.catalog.families import CATALOGS
from adkconf.config.diagnostics import Diagnostic
from adkconf.config.spec.agent import AgentSpec, LlmAgentSpec, LoopAgentSpec, WorkflowSpec
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.component import Builtin, Family
from adkconf.config.spec.run import RunSpec
from adkconf.errors import BuildError
from adkconf.exchange.ejection import LEFT_OUT, WRITTEN
from adkconf.exchange.package_files import write_package
from tests.exchange.ejected import ejection, package

pytestmark = pytest.mark.filterwarnings("ignore")

EXAMPLES = Path(__file__).parents[2] / "examples"
CODE = """
from pydantic import BaseModel

class Answer(BaseModel):
    city: str

def weather(city: str) -> str:
    '''Tells the weather.'''
    return city

def secured(city: str, credential: object) -> str:
    '''Needs a key.'''
    return city

def note(*args: object, **kwargs: object) -> None:
    return None

def contents(found: list) -> list:
    return found
"""
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def app(root: Path, text: str) -> Path:
    (root / "code.py").write_text(CODE)
    (root / "app.yaml").write_text("name: app\n" + dedent(text))
    return root / "app.yaml"


def agent_code(root: Path, text: str, engine: str | None = None) -> str:
    return ejection(app(root, text), engine).modules["agent"]


def runner_code(root: Path, text: str, engine: str | None = None) -> str:
    return ejection(app(root, text), engine).modules["runner"]


def problem(root: Path, text: str, engine: str | None = None) -> Diagnostic:
    with pytest.raises(BuildError) as caught:
        ejection(app(root, text), engine)
    (found,) = [item for item in caught.value.diagnostics if item.severity == "error"]
    return found


def test_every_key_of_an_app_is_thought_of() -> None:
    in_effect_before = {"schema_version", "extends", "profiles", "engine", "trust", "env"}
    of_runs = {"per_request"}
    assert {*WRITTEN, *in_effect_before, *LEFT_OUT} - of_runs == AppSpec.model_fields.keys()


FIELDS: Mapping[str, Any] = {
    "model": "gemini-2.5-flash",
    "model_code": {"name": "./code.py:note"},
    "name": "somebody",
    "description": "Does it.",
    "instruction": "Do it.",
    "global_instruction": "Be kind.",
    "static_instruction": "First of all.",
    "include_contents": "none",
    "disallow_transfer_to_parent": True,
    "disallow_transfer_to_peers": True,
    "input_schema": "./code.py:Answer",
    "output_schema": {"type": "object"},
    "output_key": "out",
    "tools": ["./code.py:weather"],
    "generate_content_config": {"temperature": 0.5, "thinkingConfig": {"thinkingBudget": 5}},
    "planner": "PlanReActPlanner",
    "code_executor": "BuiltInCodeExecutor",
    "mode": "chat",
    "sub_agents": [{"name": "other"}],
}
SKIPPED = {"agent_class", "model_code"}


@pytest.mark.parametrize("field", sorted(LlmAgentSpec.model_fields.keys() - SKIPPED))
def test_every_field_of_an_agent_is_written(tmp_path: Path, field: str) -> None:
    callback = field.endswith("_callbacks")
    value = ["./code.py:note"] if callback else FIELDS[field]
    agent = {"name": "plain", field: value}
    code = agent_code(tmp_path, f"root_agent: {agent!r}")
    assert f" {field.removesuffix('s') if callback else field}=" in code.replace("(", " ")


@pytest.mark.parametrize("kind", [AgentSpec, LoopAgentSpec, WorkflowSpec])
def test_no_field_of_other_agents_is_forgotten(kind: type[AgentSpec | WorkflowSpec]) -> None:
    known = {*PLAIN_OPTIONS, *NODE_OPTIONS, *FUNCTION_OPTIONS, "agent_class", "nodes", "edges"}
    known |= {"max_iterations", "max_concurrency", "parallel_worker", "max_parallel_workers"}
    known |= {"state_schema", "input_schema", "output_schema"} | AgentSpec.model_fields.keys()
    assert kind.model_fields.keys() <= known


RUN: Mapping[str, Any] = {
    "on_busy": "reject",
    "streaming_mode": "sse",
    "service_tier": "flex",
    "save_input_blobs_as_artifacts": True,
    "include_thoughts_from_other_agents": True,
    "response_modalities": ["AUDIO"],
    "labels": {"team": "x"},
    "get_session_config": {"num_recent_events": 5},
    "telemetry": {"capture_message_content": "NO_CONTENT"},
    "tool_thread_pool_config": {"max_workers": 2},
    "model_input_context": [{"role": "user", "parts": [{"text": "so far"}]}],
    "speech_config": {"language_code": "de-DE"},
    "support_cfc": True,
    "save_live_blob": True,
}


@pytest.mark.parametrize("field", sorted(RunSpec.model_fields.keys() - LEFT_OUT.keys()))
def test_every_option_of_runs_is_written(tmp_path: Path, field: str) -> None:
    default = RunSpec.model_fields[field].default
    simple = 7 if default is PydanticUndefined or isinstance(default, (int, float)) else None
    annotation = str(RunSpec.model_fields[field].annotation)
    fallback = {} if "dict" in annotation else True if "bool" in annotation else 7
    value = RUN.get(field, fallback if simple is None else simple)
    text = f"root_agent: {{model: echo}}\nrun: {{{field}: {value!r}}}"
    assert f"{field}=" in runner_code(tmp_path, text)


ARGUMENTS: Mapping[str, Any] = {
    "AgentTool": {"agent": {"name": "helper", "model": "echo"}, "skip_summarization": True},
    "AuthenticatedFunctionTool": {
        "func": "./code.py:secured",
        "auth_scheme": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "auth_credential": {"auth_type": "apiKey", "api_key": "${MY_API_KEY}"},
    },
    "ExampleTool": {"examples": [{"input": "Hi", "output": ["Hello"]}]},
    "FunctionTool": {"func": "./code.py:weather"},
    "LongRunningFunctionTool": {"func": "./code.py:weather"},
    "BuiltInPlanner": {"thinking_config": {"thinking_budget": 100}},
    "VertexAiSearchTool": {"data_store_id": "projects/p/locations/l/collections/c/dataStores/d"},
    "scripted": {"steps": [{"text": "one"}]},
    "context_filter": {"custom_filter": "./code.py:contents"},
    "reflect_retry_tool": {"tracking_scope": "global"},
    "litellm": {"model": "openai/gpt-4o", "api_key": "${MY_API_KEY}", "options": {"seed": 5}},
    "mcp": {"url": "https://host/mcp", "headers": {"Authorization": "Bearer ${MY_API_KEY}"}},
    "openapi": {"spec_dict": {"openapi": "3.0.0", "paths": {}}},
}
PLACES: Mapping[Family, str] = {
    "plugin": "root_agent: {{model: echo}}\nplugins: [{}]",
    "tool": "root_agent: {{model: echo, tools: [{}]}}",
    "model": "root_agent: {{model: {}}}",
    "planner": "root_agent: {{model: echo, planner: {}}}",
    "code_executor": "root_agent: {{model: echo, code_executor: {}}}",
}
URIS = {
    "memory": "memory://",
    "session-state": "session-state://",
    "file": "file://kept",
    "gs": "gs://bucket/inside",
    "s3": "s3://bucket",
    "sqlite": "sqlite:///kept.db",
    "postgresql": "postgresql://${DB_PASSWORD}@host/db",
    "mysql": "mysql://host/db",
    "agentengine": "agentengine://12",
    "rag": "rag://12",
    "spanner": "spanner:///projects/p/instances/i/databases/d",
}


def builtins() -> Iterator[Any]:
    for family, catalog in CATALOGS.items():
        for name, entry in catalog.builtins.items():
            if name == entry.name:
                yield pytest.param(family, entry, id=f"{family}-{name}")


@pytest.mark.parametrize(("family", "entry"), list(builtins()))
def test_every_builtin_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, family: Family, entry: Builtin
) -> None:
    monkeypatch.setenv("MY_API_KEY", "hidden-1")
    monkeypatch.setenv("DB_PASSWORD", "u:hidden-1")
    monkeypatch.setenv("CREDENTIAL_KEY", KEY)
    if family in PLACES:
        args = ARGUMENTS.get(entry.name)
        written = repr({entry.name: args}) if args else entry.name
        text = PLACES[family].format(written)
    else:
        key = ", key: '${CREDENTIAL_KEY}'" if "key" in entry.arguments.model_fields else ""
        uri = f"{{uri: '{URIS[entry.name]}'{key}}}"
        text = f"root_agent: {{model: echo}}\nservices: {{{family}: {uri}}}"
    made = ejection(app(tmp_path, text))
    every = "\n".join(made.modules.values())
    compile(every, "all", "exec")
    assert "hidden-1" not in every
    assert KEY not in every


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("${A}", 'os.environ["A"]'),
        ("${A:-b}", 'os.environ.get("A") or "b"'),
        ("${A-b}", 'os.environ.get("A", "b")'),
        ("${A:?say it}", 'required("A", "say it")'),
        ("${A:+yes}", '"yes" if os.environ.get("A") else ""'),
        ("Dear ${A}!", '"Dear " + os.environ["A"] + "!"'),
        ("Dear ${A:-b}!", '"Dear " + (os.environ.get("A") or "b") + "!"'),
        ("${file:told.txt}", 'read_text("told.txt")'),
        ("$$5", '"$5"'),
    ],
)
def test_variables_and_files_are_read_when_the_code_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, code: str
) -> None:
    monkeypatch.setenv("A", "now")
    (tmp_path / "told.txt").write_text("Be kind.\n")
    text = f"root_agent: {{model: echo, instruction: '{written}'}}"
    assert f"instruction={code}" in agent_code(tmp_path, text)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("gemini-2.5-flash", 'model="gemini-2.5-flash"'),
        ("'${A:-gemini-2.5-pro}'", 'model=os.environ.get("A") or "gemini-2.5-pro"'),
        ("openai/gpt-4o", 'model=LiteLlm(model="openai/gpt-4o")'),
        ("{litellm: ollama/x}", 'model=LiteLlm(model="ollama/x")'),
        (
            "{litellm: {model: openai/x, options: {seed: 5}}}",
            'model=LiteLlm(model="openai/x", seed=5)',
        ),
    ],
)
def test_model_is_written_by_its_name(tmp_path: Path, written: str, code: str) -> None:
    assert code in agent_code(tmp_path, f"root_agent: {{model: {written}}}")


def test_number_out_of_the_environment_is_a_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLS", "5")
    text = "root_agent: {model: echo}\nrun:\n  max_llm_calls: ${CALLS}\n"
    assert 'max_llm_calls=int(os.environ["CALLS"])' in runner_code(tmp_path, text)


def test_no_path_of_this_machine_is_written(tmp_path: Path) -> None:
    text = """
        root_agent: {model: echo, tools: [./code.py:weather]}
        services: {session: sqlite:///kept.db, artifact: file://kept}
    """
    made = ejection(app(tmp_path, text))
    assert str(tmp_path) not in "\n".join(made.modules.values())
    assert 'str(HERE / "kept.db")' in made.modules["runner"]
    assert made.copied == (Path("code.py"),)


@pytest.mark.parametrize(
    ("text", "engine", "message", "line"),
    [
        (
            "root_agent: {model: {gemini: {client_kwargs: {api_key: in-clear}}}}",
            None,
            "a secret that is written in clear is not copied into Python",
            2,
        ),
        (
            "root_agent: {model: echo}\nplugins: [cloud_trace]",
            "google-adk",
            "the engine 'google-adk' has no CloudTracePlugin",
            3,
        ),
        (
            "root_agent: {model: echo}\nservices: {artifact: s3://bucket}",
            "google-adk",
            "google-adk has no artifact service for s3://",
            3,
        ),
        (
            "root_agent: {model: echo}\nrun: {on_busy: reject}",
            "google-adk",
            "google-adk's runner has no on_busy",
            3,
        ),
        ("root_agent: {model: echo, tools: [./no-name.py:tool]}", None, "not in a module", 2),
    ],
)
def test_what_cannot_be_written_is_told_with_its_place(
    tmp_path: Path, text: str, engine: str | None, message: str, line: int
) -> None:
    (tmp_path / "no-name.py").write_text("def tool() -> None:\n    '''Does it.'''\n")
    found = problem(tmp_path, text, engine)
    assert message in found.message
    assert found.line == line


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    (note,) = ejection(app(tmp_path, "root_agent: {model: echo}\nserver: {port: 9}\n")).notes
    assert note.message == "'server' is left out of the Python code: it is for `adkconf serve`"
    assert (note.severity, note.line) == ("warning", 3)


def test_modules_that_import_each_other_by_bare_names_still_do(tmp_path: Path) -> None:
    path = app(tmp_path, "root_agent: {model: echo, tools: [./first.py:tool]}")
    (tmp_path / "first.py").write_text("from second import tool\n\n__all__ = ['tool']\n")
    (tmp_path / "second.py").write_text("def tool() -> None:\n    '''Does it.'''\n")
    with package(path) as directory:
        root = import_module(directory.name).root_agent
        assert [tool.__module__ for tool in root.tools] == ["second"]
        del sys.modules["first"], sys.modules["second"]


def test_ejected_package_runs_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYS", "unused")
    text = """
        root_agent: {model: echo, instruction: '${SAYS}'}
        env: {files: [.env]}
        services: {session: 'sqlite:///kept.db'}
    """
    (tmp_path / ".env").write_text("SAYS=Hi\n")
    path = app(tmp_path, text)
    assert "there is no file .env in the app's directory" in ejection(path).modules["environment"]
    with package(path) as directory:
        monkeypatch.delenv("SAYS")
        assert said(directory, "Hello") == "app: Hello\n"
        assert (directory / "kept.db").is_file()


def said(directory: Path, message: str) -> str:
    command = [sys.executable, "-m", directory.name, message]
    return subprocess.run(
        command, cwd=directory.parent, check=True, capture_output=True, text=True
    ).stdout


@pytest.mark.parametrize("example", ["helpdesk", "profiles", "quickstart"])
def test_ejected_code_is_clean(tmp_path: Path, example: str) -> None:
    made = ejection(EXAMPLES / example / "app.yaml").modules
    for name, text in made.items():
        (tmp_path / f"{name}.py").write_text(text.replace("PACKAGE", example))
    ruff = [sys.executable, "-m", "ruff"]
    rules = ["--select", "E,F,I,B,UP", "--ignore", "E501"]
    subprocess.run([*ruff, "check", "--isolated", *rules, tmp_path], check=True)
    subprocess.run([*ruff, "format", "--isolated", "--check", tmp_path], check=True)


@pytest.mark.stress
@pytest.mark.timeout(600)
def test_ejected_code_has_sound_types(tmp_path: Path) -> None:
    # A package of OpenTelemetry's cannot be read from outside of a project.
    (tmp_path / "mypy.ini").write_text("[mypy]\n[mypy-opentelemetry.*]\nfollow_imports = skip\n")
    command = [sys.executable, "-m", "mypy", "--follow-imports", "silent"]
    for example in ("pipeline", "profiles", "quickstart"):
        path = EXAMPLES / example / "app.yaml"
        write_package(ejection(path), path.parent, tmp_path / example, force=False)
        command += ["-p", example]
    subprocess.run(command, cwd=tmp_path, check=True)


def test_command_writes_once(tmp_path: Path) -> None:
    arguments = ["eject", str(app(tmp_path, "root_agent: {model: echo}")), "-o"]
    arguments.append(str(tmp_path / "out"))
    first, second = (CliRunner().invoke(commands, arguments) for _ in range(2))
    assert first.output == f"Wrote {tmp_path}/out. Try: python -m out 'Hello'\n"
    assert "there already; --force writes over them" in str(second.exception)
    assert CliRunner().invoke(commands, [*arguments, "--force"]).exit_code == 0
