"""Agent Config folders of every shape load unchanged, and are what google-adk makes of them."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import google.adk.agents
import pytest
from google.adk.agents.config_agent_utils import from_config
from pydantic.alias_generators import to_snake

from adkconf.builder import build
from adkconf.config.loading import load
from adkconf.config.spec.agent import (
    CustomAgentSpec,
    LlmAgentSpec,
    LoopAgentSpec,
    ParallelAgentSpec,
    SequentialAgentSpec,
)
from adkconf.config.spec.generation import GenerateContentConfigSpec
from adkconf.config.spec.section import Section

# google-adk warns of its own experiments and deprecations.
pytestmark = pytest.mark.filterwarnings("ignore")

SAMPLES = Path(__file__).parents[1] / "cases" / "agent_config"
NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/root_agent.yaml"))
CALLBACKS = [
    f"{when}_{what}_callback" for what in ("agent", "model", "tool") for when in ("before", "after")
]
FIELDS = (
    *("name", "description", "instruction", "include_contents"),
    *("output_key", "disallow_transfer_to_parent", "disallow_transfer_to_peers"),
    *("max_iterations", "limit"),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The samples as one would have them; their code imports google-adk where it says so."""
    monkeypatch.setenv("ADK_ALLOW_CONFIG_STDIO_MCP_SERVERS", "1")
    monkeypatch.syspath_prepend(str(tmp_path))
    shutil.copytree(SAMPLES, tmp_path, dirs_exist_ok=True)
    yield tmp_path
    _forget()


def _forget() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in NAMES]:
        del sys.modules[name]
    importlib.invalidate_caches()


def theirs(folder: Path, name: str) -> Any:
    for file in folder.rglob("*.py"):
        file.write_text(file.read_text().replace("from adkconf", "from google.adk"))
    agent = from_config(str(folder / name / "root_agent.yaml"))
    _forget()
    return agent


async def ours(folder: Path, name: str) -> Any:
    app = folder / "app.yaml"
    app.write_text(f"name: app\nroot_agent: ./{name}/root_agent.yaml\n")
    loaded = load(app, environ={})
    assert loaded.ok, loaded.diagnostics
    built = await build(loaded)
    root = built.app.root_agent
    await built.close(None)
    return root


def described(node: Any) -> dict[str, Any]:
    """What a configuration says of an agent or a node, and of all below it."""
    told = {name: getattr(node, name) for name in FIELDS if getattr(node, name, None)}
    told["class"] = type(node).__name__
    if static := getattr(node, "static_instruction", None):
        told["static_instruction"] = static if isinstance(static, str) else static.parts[0].text
    for name in CALLBACKS:
        if found := getattr(node, name, None):
            listed = found if isinstance(found, list) else [found]
            told[name] = [one.__name__ for one in listed]
    if model := getattr(node, "model", None):
        told["model"] = model if isinstance(model, str) else model.model
    if options := getattr(node, "generate_content_config", None):
        told["options"] = options.model_dump(exclude_none=True)
    for name in ("input_schema", "output_schema"):
        if schema := getattr(node, name, None):
            told[name] = schema.model_json_schema()
    told["tools"] = [tool_described(tool) for tool in getattr(node, "tools", ())]
    told["below"] = [described(child) for child in getattr(node, "sub_agents", ())]
    if graph := getattr(node, "graph", None):
        told["nodes"] = sorted((_kind(one), one.name) for one in graph.nodes)
        told["edges"] = sorted(
            (edge.from_node.name, edge.to_node.name, str(edge.route)) for edge in graph.edges
        )
    return told


def _kind(node: Any) -> str:
    # Agents are nodes in google-adk, and have one here.
    return "LlmAgent" if type(node).__name__ == "AgentNode" else type(node).__name__


def tool_described(tool: Any) -> Any:
    if agent := getattr(tool, "agent", None):
        return tool.name, described(agent), tool.skip_summarization
    name = getattr(tool, "name", None) or tool.__name__
    return name, getattr(tool, "is_long_running", False)


@pytest.mark.parametrize("name", NAMES)
async def test_a_folder_loads_unchanged_and_is_the_same_tree(folder: Path, name: str):
    made = await ours(folder, name)
    _forget()
    assert described(made) == described(theirs(folder, name))


def _google_adks(definition: str) -> dict[str, Any]:
    file = Path(google.adk.agents.__file__).parent / "config_schemas" / "AgentConfig.json"
    properties: dict[str, Any] = json.loads(file.read_text())["$defs"][definition]["properties"]
    return properties


@pytest.mark.parametrize(
    ("definition", "spec"),
    [
        ("BaseAgentConfig", CustomAgentSpec),
        ("LlmAgentConfig", LlmAgentSpec),
        ("LoopAgentConfig", LoopAgentSpec),
        ("ParallelAgentConfig", ParallelAgentSpec),
        ("SequentialAgentConfig", SequentialAgentSpec),
    ],
)
def test_every_key_of_google_adks_schema_is_one_here(definition: str, spec: type[Section]):
    known = _google_adks(definition)
    assert set(known) <= set(spec.model_fields)


def test_every_option_of_model_calls_in_google_adks_schema_is_one_here():
    known = _google_adks("GenerateContentConfig")
    not_here = {to_snake(name) for name in known} - set(GenerateContentConfigSpec.model_fields)
    # google-adk refuses these: an agent has keys of its own for them.
    assert not_here == {"response_schema", "system_instruction", "tools"}
