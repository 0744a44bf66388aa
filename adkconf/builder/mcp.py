"""MCP servers as they are written, as toolsets take them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from adkconf.builder.components import Components
from adkconf.config.spec.component import ToolSpec

# google-adk's ways to write a server, and the classes they are of.
ADKS_PARAMS = {
    "stdio_connection_params": "StdioConnectionParams",
    "sse_connection_params": "SseConnectionParams",
    "streamable_http_connection_params": "StreamableHTTPConnectionParams",
}
PROGRAM = ("command", "args", "env", "cwd")
SERVER = ("url", "headers", "timeout", "sse_read_timeout", "terminate_on_close")
# All arguments that say how to connect.
CONNECTION = (*PROGRAM, *SERVER, "transport", "stdio_server_params", *ADKS_PARAMS)
# The interpreter that runs the app.
PYTHON = "python"


def with_connection(
    spec: ToolSpec, args: Mapping[str, Any], components: Components
) -> dict[str, Any]:
    """Returns the arguments of a toolset with `connection_params` in the place of the short forms.

    Raises:
        MissingExtraError: the MCP SDK is not installed.
    """
    plain = {name: components.plain(value) for name, value in args.items()}
    kind, fields = _connection(spec, plain, components)
    params = components.engine.get(params_address(kind))(**fields)
    rest = {name: value for name, value in args.items() if name not in CONNECTION}
    return {**rest, "connection_params": params}


def params_address(kind: str) -> str:
    """Returns where the runtime has a class of connections."""
    return f"tools.mcp_tool.mcp_session_manager:{kind}"


def kind_at_url(args: Mapping[str, Any]) -> str:
    """Returns the class of the connection to the `url` of the short form."""
    return ADKS_PARAMS[
        "sse_connection_params"
        if args.get("transport") == "sse"
        else "streamable_http_connection_params"
    ]


def _connection(
    spec: ToolSpec, args: Mapping[str, Any], components: Components
) -> tuple[str, dict[str, Any]]:
    """Returns the name of the class that connects, and its fields."""
    for name, kind in ADKS_PARAMS.items():
        if args.get(name) is not None:
            return kind, args[name]
    if args.get("stdio_server_params") is not None:
        return "StdioConnectionParams", {"server_params": args["stdio_server_params"]}
    if args.get("url") is not None:
        return kind_at_url(args), _given(args, SERVER)
    program = _given(args, PROGRAM)
    if program["command"] == PYTHON:
        program["command"] = sys.executable
    program["cwd"] = str(components.references.beside(spec, program.get("cwd", ".")))
    return "StdioConnectionParams", {"server_params": program, **_given(args, ("timeout",))}


def _given(args: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: args[name] for name in names if args.get(name) is not None}
