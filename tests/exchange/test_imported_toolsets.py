"""Sets of tools and models of google-adk's projects, as an `app.yaml` has them."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from adkconf.exchange.importing import import_project
from tests.builder.two_engines import turn
from tests.exchange.conftest import Project
from tests.exchange.ejected import on_path
from tests.tools.openapi_documents import petstore

pytestmark = pytest.mark.filterwarnings("ignore")

EXAMPLE = Path(__file__).parents[2] / "examples" / "mcp"
HEAD = """
import os
import sys
from pathlib import Path
from google.adk.agents import Agent
from google.adk.tools.mcp_tool import McpToolset, SseConnectionParams
from google.adk.tools.mcp_tool import StdioConnectionParams, StreamableHTTPConnectionParams
from google.adk.tools.openapi_tool.openapi_spec_parser.openapi_toolset import OpenAPIToolset
from mcp import StdioServerParameters

HERE = Path(__file__).parent
SERVER = StdioServerParameters(command="npx", args=["-y", "server"])

def wanted(tool, context): return True
"""
LITE_LLM = "from google.adk.models.lite_llm import LiteLlm"


def keys_of(root: Path, code: str) -> dict[str, Any]:
    root.mkdir(exist_ok=True)
    (root / "agent.py").write_text(f"{HEAD}\n{LITE_LLM if 'LiteLlm' in code else ''}\n{code}")
    (root / "app.yaml").write_text(import_project(root, root).text)
    keys: dict[str, Any] = yaml.safe_load((root / "app.yaml").read_text())
    return keys


@pytest.mark.parametrize(
    ("code", "tool"),
    [
        ("connection_params=SERVER", {"command": "npx", "args": ["-y", "server"]}),
        (
            "connection_params=StdioConnectionParams(server_params=SERVER, timeout=9)",
            {"command": "npx", "args": ["-y", "server"]},
        ),
    ],
)
def test_program_stays_in_google_adks_words(tmp_path: Path, code: str, tool: Any) -> None:
    keys = keys_of(tmp_path / "p", f"root_agent = Agent(name='a', tools=[McpToolset({code})])")
    (written,) = keys["root_agent"]["tools"]
    params = written["mcp"]["stdio_connection_params"]
    assert params == {"server_params": tool, **({"timeout": 9} if "timeout" in code else {})}


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (
            """connection_params=StreamableHTTPConnectionParams(url="http://x", headers={
                "Authorization": f"Bearer {os.environ['TOKEN']}"}), tool_filter=["one"]""",
            {
                "streamable_http_connection_params": {
                    "url": "http://x",
                    "headers": {"Authorization": "Bearer ${TOKEN}"},
                },
                "tool_filter": ["one"],
            },
        ),
        (
            "connection_params=SseConnectionParams(url='http://x'), tool_filter=wanted",
            {
                "sse_connection_params": {"url": "http://x"},
                "tool_filter": "./agent.py:wanted",
            },
        ),
        (
            """connection_params=StdioServerParameters(command=sys.executable, args=[
                os.path.join(os.path.dirname(__file__), "a", "server.py"), "-v"])""",
            {"command": "python", "args": ["a/server.py", "-v"]},
        ),
        (
            """connection_params=StdioConnectionParams(timeout=9, server_params=
                StdioServerParameters(command="npx", args=["-y"], cwd=str(HERE / "files")))""",
            {"command": "npx", "args": ["-y"], "cwd": "files", "timeout": 9},
        ),
    ],
)
def test_server_is_written_as_it_is_reached(tmp_path: Path, code: str, arguments: Any) -> None:
    keys = keys_of(tmp_path / "p", f"root_agent = Agent(name='a', tools=[McpToolset({code})])")
    assert keys["root_agent"]["tools"] == [{"mcp": arguments}]


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("spec_str=(HERE / 'pets.yaml').read_text(), spec_str_type='yaml'", {"spec": "pets.yaml"}),
        ("spec_str=open(os.path.join(HERE, 'pets.json')).read()", {"spec": "pets.json"}),
        ("spec_dict={'paths': {}}", {"spec_dict": {"paths": {}}}),
    ],
)
def test_document_is_named_or_copied(tmp_path: Path, code: str, arguments: Any) -> None:
    keys = keys_of(tmp_path / "p", f"root_agent = Agent(name='a', tools=[OpenAPIToolset({code})])")
    assert keys["root_agent"]["tools"] == [{"openapi": arguments}]


@pytest.mark.parametrize(
    ("code", "model"),
    [
        ("'openai/gpt-4o'", "openai/gpt-4o"),
        ("LiteLlm('openai/gpt-4o')", {"litellm": "openai/gpt-4o"}),
        (
            "LiteLlm(model='openai/x', api_key=os.environ['KEY'], seed=5)",
            {"litellm": {"model": "openai/x", "api_key": "${KEY}", "options": {"seed": 5}}},
        ),
    ],
)
def test_model_of_another_provider_keeps_its_options(tmp_path: Path, code: str, model: Any) -> None:
    keys = keys_of(tmp_path / "p", f"root_agent = Agent(name='a', model={code})")
    assert keys["root_agent"]["model"] == model


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("McpToolset(connection_params=made())", "is no known connection"),
        ("McpToolset(connection_params=SERVER, errlog=sys.stderr)", "'errlog' has no key"),
        ("McpToolset(connection_params=StdioServerParameters(**x))", "from elsewhere"),
        ("McpToolset(SERVER)", "without names"),
    ],
)
def test_what_is_not_understood_is_left_to_the_code(tmp_path: Path, code: str, reason: str) -> None:
    keys = keys_of(tmp_path / "p", f"root_agent = Agent(name='a', tools=[{code}])")
    assert keys["root_agent"] == "./agent.py:root_agent"
    assert reason in (tmp_path / "p" / "app.yaml").read_text()


PARCELS = """
from adkconf.builder.google_adk.models import adopt_model
from adkconf.models.scripted import Scripted

voice = adopt_model(Scripted(steps=[
    {"call": {"name": "find_parcel", "args": {"number": "A7"}}}, {"text": "Found."}]))
root_agent = Agent(name="clerk", model=voice, tools=[
    McpToolset(
        connection_params=StdioConnectionParams(
            server_params=StdioServerParameters(
                command=sys.executable, args=[os.path.abspath(HERE / "parcel_server.py")]),
            timeout=60,
        ),
        tool_filter=["find_parcel"],
    ),
    OpenAPIToolset(spec_str=(HERE / "pets.json").read_text(), tool_filter=["list_pets"]),
])
"""


async def test_imported_project_asks_the_same_server(project: Project) -> None:
    root = project.root / "p"
    root.mkdir()
    (root / "parcel_server.py").write_text((EXAMPLE / "parcel_server.py").read_text())
    (root / "pets.json").write_text(json.dumps(petstore()))
    keys = keys_of(root, PARCELS)
    assert isinstance(keys["root_agent"], dict)
    app = await project.build(folder="p")
    await app.runner.session_service.create_session(app_name="p", user_id="u", session_id="s")
    events = await turn(app, "Where is A7?")
    (answer,) = [r.response for event in events for r in event.get_function_responses()]
    assert "Bern" in str(answer)
    with on_path(project.root, "p"):
        theirs = import_module("p.agent").root_agent.tools
        names = [[tool.name for tool in await tools.get_tools()] for tools in theirs]
        await theirs[0].close()
    ours = app.app.root_agent.tools
    assert [[tool.name for tool in await tools.get_tools()] for tools in ours] == names


AGENT_CONFIG = """
name: clerk
model_code: {name: p.models.voice}
instruction: Answer.
tools:
  - name: MCPToolset
    args: {stdio_server_params: {command: npx, args: [-y, server]}, tool_filter: [one]}
"""
MODEL = "from ENGINE.models.lite_llm import LiteLlm\nvoice = LiteLlm(model='openai/x')\n"


@pytest.mark.parametrize(
    "engine", ["adkconf", pytest.param("google.adk", marks=pytest.mark.stress)]
)
async def test_agent_config_with_servers_and_models_is_built(project: Project, engine: str) -> None:
    root = project.root / "p"
    root.mkdir()
    (root / "models.py").write_text(MODEL.replace("ENGINE", engine))
    (root / "root_agent.yaml").write_text(AGENT_CONFIG)
    (root / "app.yaml").write_text(import_project(root, root).text)
    agent = (await project.build(folder="p")).app.root_agent
    assert (agent.model.model, type(agent.model).__name__) == ("openai/x", "LiteLlm")
    assert type(agent.model).__module__.startswith(engine)
    assert type(agent.tools[0]).__module__.startswith(engine)
    assert agent.tools[0].connection_params.server_params.command == "npx"
