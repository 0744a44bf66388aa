"""Sets of tools in ejected code: the same servers, the same documents, with what they need."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Any

import pytest

from tests.builder.two_engines import ENGINES
from tests.exchange.conftest import Project
from tests.exchange.ejected import ejection, package
from tests.tools.openapi_documents import petstore

pytestmark = pytest.mark.filterwarnings("ignore")

APP = "name: app\nengine: {engine}\nroot_agent:\n  model: echo\n  tools:\n{tools}"
PARAMS = {"url": "http://x/mcp", "headers": {"a": "${TOKEN}"}, "timeout": 2}
PROGRAM = {"command": "npx", "args": ["-y", "x"], "env": {"TOKEN": "${TOKEN}"}}
BEARER = {
    "auth_scheme": {"type": "http", "scheme": "bearer"},
    "auth_credential": {
        "auth_type": "http",
        "http": {"scheme": "bearer", "credentials": {"token": "${TOKEN}"}},
    },
}
MCP: list[dict[str, Any]] = [
    {"mcp": {"command": "python", "args": ["server.py"], "timeout": 9}},
    {"mcp": {**PROGRAM, "cwd": "servers"}},
    {"mcp": PARAMS},
    {"mcp": {"url": "http://x/sse", "transport": "sse", "sse_read_timeout": 9}},
    {
        "mcp": {
            "url": "http://x/mcp",
            "tool_filter": ["one"],
            "require_confirmation": True,
            **BEARER,
        }
    },
    {"McpToolset": {"stdio_connection_params": {"server_params": PROGRAM, "timeout": 3}}},
    {"MCPToolset": {"streamable_http_connection_params": PARAMS}},
    {"name": "McpToolset", "args": {"sse_connection_params": PARAMS}},
    {"name": "McpToolset", "args": {"stdio_server_params": PROGRAM}},
]
OPENAPI: list[dict[str, Any]] = [
    {"openapi": "./api/pets.json"},
    {"OpenAPIToolset": {"spec": "api/pets.json", "tool_name_prefix": "p", **BEARER}},
    {"name": "OpenAPIToolset", "args": {"spec_str": "${file:api/pets.json}"}},
    {"openapi": {"spec_dict": petstore(), "preserve_property_names": True}},
]


def written(tools: list[dict[str, Any]], engine: str) -> str:
    lines = "".join(f"    - {json.dumps(tool)}\n" for tool in tools)
    return APP.format(engine=engine, tools=lines)


def reached(toolset: Any, home: Any) -> Any:
    """Returns how a set of tools reaches its server, the directory of the code aside."""
    params = toolset.connection_params
    fields = params.model_dump(exclude={"httpx_client_factory"})
    process = fields.get("server_params", {})
    if process.get("cwd") is not None:
        process["cwd"] = os.path.relpath(process["cwd"], home)
    return type(params), fields, toolset.tool_filter, toolset.get_auth_config()


@pytest.mark.parametrize("engine", ENGINES)
async def test_servers_are_reached_as_before(
    project: Project, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    monkeypatch.setenv("TOKEN", "s3cret")
    project.write("server.py", "import beside\n")
    project.write("beside.py", "")
    app = project.write("app.yaml", written(MCP, engine))
    built = await project.build(app.read_text())
    expected = [reached(tools, project.root) for tools in built.app.root_agent.tools]
    assert "s3cret" not in ejection(app).modules["agent"]
    with package(app) as directory:
        tools = import_module(directory.name).root_agent.tools
        assert [reached(toolset, directory) for toolset in tools] == expected
        assert tools[0].connection_params.server_params.command == sys.executable
        assert {"server.py", "beside.py"} <= {file.name for file in directory.iterdir()}


@pytest.mark.parametrize("engine", ENGINES)
async def test_documents_come_along_with_the_code(
    project: Project, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    monkeypatch.setenv("TOKEN", "s3cret")
    project.write("api/pets.json", json.dumps(petstore()))
    app = project.write("app.yaml", written(OPENAPI, engine))
    built = await project.build(app.read_text())
    with package(app) as directory:
        (project.root / "api" / "pets.json").unlink()
        tools = import_module(directory.name).root_agent.tools
        for made, before in zip(tools, built.app.root_agent.tools, strict=True):
            names = [tool.name for tool in await made.get_tools()]
            assert names == [tool.name for tool in await before.get_tools()] != []


async def test_program_stays_one_in_the_package(project: Project) -> None:
    program = project.write("servers/town.sh", "#!/bin/sh\n")
    program.chmod(0o755)
    tools = [{"mcp": {"command": "./town.sh", "cwd": "servers", "args": ["/etc/hosts", "x"]}}]
    app = project.write("app.yaml", written(tools, "adkconf"))
    assert [str(file) for file in ejection(app).copied] == ["servers/town.sh"]
    with package(app) as directory:
        assert os.access(directory / "servers" / "town.sh", os.X_OK)
