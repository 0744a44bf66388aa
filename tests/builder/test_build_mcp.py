"""MCP servers as a file writes them."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from adkconf.config.loading import load
from adkconf.tools.mcp_tool import (
    SseConnectionParams,
    StdioConnectionParams,
    StreamableHTTPConnectionParams,
)
from adkconf.tools.mcp_tool.sdk import StdioServerParameters
from tests.builder.two_engines import ENGINES, IDS, turn
from tests.tools.mcp_fixtures import ROOT, SERVER, alive, told

APP = "name: app\nroot_agent:\n  model: echo\n  tools:\n    - {tool}\n"
FIELDS = "{url: 'http://x/mcp', headers: {a: b}, timeout: 2}"
HTTP = StreamableHTTPConnectionParams(url="http://x/mcp", headers={"a": "b"}, timeout=2)
SSE = SseConnectionParams(url="http://x/sse", sse_read_timeout=9)


def program(**fields: Any) -> StdioConnectionParams:
    return StdioConnectionParams(server_params=StdioServerParameters(**fields))


@pytest.mark.parametrize(
    ("written", "params"),
    [
        (f"mcp: {FIELDS}", HTTP),
        ("mcp: {url: 'http://x/sse', transport: sse, sse_read_timeout: 9}", SSE),
        (
            "MCPToolset: {sse_connection_params: {url: 'http://x/sse', sse_read_timeout: 9}}",
            SSE,
        ),
        (f"McpToolset: {{streamable_http_connection_params: {FIELDS}}}", HTTP),
        (
            "{name: McpToolset, args: {stdio_server_params: {command: npx, args: [-y, x]}}}",
            program(command="npx", args=["-y", "x"]),
        ),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
async def test_each_way_to_write_a_server_says_how_to_connect(
    project: Any, written: str, params: Any, engine: str
):
    built = await project.build(f"engine: {engine}\n" + APP.format(tool=written))
    (tools,) = built.app.root_agent.tools
    made = tools.connection_params
    assert type(tools).__name__ == "McpToolset"
    assert type(made).__module__.startswith(ENGINES[engine])
    without = {"httpx_client_factory"}
    assert made.model_dump(exclude=without) == params.model_dump(exclude=without)


async def test_program_runs_beside_the_file_with_the_interpreter_of_the_app(project: Any):
    tool = "mcp: {command: python, args: [x.py], cwd: servers, env: {A: b}, timeout: 9}"
    built = await project.build(APP.format(tool=tool))
    params = built.app.root_agent.tools[0].connection_params
    assert (params.timeout, params.server_params.command) == (9, sys.executable)
    assert params.server_params.cwd == str(project.root / "servers")


async def test_functions_and_names_reach_the_toolset(project: Any):
    project.write("mine.py", "def headers(context): return {}\ndef wanted(tool, context): return 1")
    tool = (
        "mcp: {url: 'http://x', header_provider: ./mine.py:headers, tool_filter: ./mine.py:wanted,"
        " tool_name_prefix: t, auth_scheme: {type: http, scheme: bearer}, "
        "auth_credential: {auth_type: http, http: {scheme: bearer, credentials: {token: tok}}}}"
    )
    tools = (await project.build(APP.format(tool=tool))).app.root_agent.tools[0]
    assert (tools.tool_filter.__name__, tools.tool_name_prefix) == ("wanted", "t")
    assert tools.get_auth_config().raw_auth_credential.http.credentials.token == "tok"


@pytest.mark.parametrize(
    ("tool", "code", "told"),
    [
        ("mcp: {args: [x]}", "E202", "'command' is missing"),
        ("mcp: {command: x, url: y}", "E207", "do not go together"),
        ("mcp: {url: x, transport: websocket}", "E204", "'streamable_http' or 'sse'"),
        ("mcp: {command: x, headers: {a: b}}", "E207", "'headers' needs 'url'"),
        ("mcp: {url: x, tool_filter: 3}", "E203", "expected a list or a text"),
        ("mcp: {url: x, header_provider: ./no.py:f}", "E502", "no.py"),
        ("{name: MCPToolset, args: {stdio_server_params: {comand: x}}}", "E201", "comand"),
    ],
)
async def test_mistake_is_an_error_at_its_place(project: Any, tool: str, code: str, told: str):
    found = (await project.problems(APP.format(tool=tool)))[0]
    assert (found.line, found.code, told in found.message) == (5, code, True)


async def test_without_the_sdk_the_error_names_the_extra_and_the_line(
    project: Any, monkeypatch: pytest.MonkeyPatch
):
    for name in [name for name in sys.modules if name.startswith("adkconf.tools.mcp_tool")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("mcp", "mcp.client.session"):
        monkeypatch.setitem(sys.modules, name, None)
    app = project.write("app.yaml", APP.format(tool="mcp: {url: 'http://x'}"))
    assert load(app).diagnostics == ()
    found = await project.problem(app.read_text())
    assert (found.line, found.column) == (5, 7)
    assert "pip install 'adkconf[mcp]'" in found.message


RELOADED = """
engine: {engine}
name: app
root_agent:
  model: {{scripted: [{{call: {{name: pid}}}}, {{text: done}}]}}
  tools:
    - mcp: {{command: python, args: [{server}], env: {{PYTHONPATH: {root}}}, timeout: 60}}
"""


@pytest.mark.parametrize(
    "engine", ["adkconf", pytest.param("google-adk", marks=pytest.mark.stress)]
)
async def test_reload_ends_the_process_of_the_generation_before(project: Any, engine: str):
    text = RELOADED.format(engine=engine, server=SERVER, root=ROOT)
    first = await project.build(text)
    await first.runner.session_service.create_session(app_name="app", **IDS)
    events = await turn(first, "go")
    (answer,) = [r.response for event in events for r in event.get_function_responses()]
    pid = int(told(answer))
    assert alive(pid)
    second = await project.build(text + "# edited", previous=first)
    project.built.remove(first)
    await first.close(second)
    assert not alive(pid)
