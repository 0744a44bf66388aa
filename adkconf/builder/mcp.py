"""MCP servers as they are written, as toolsets take them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from adkconf.builder.components import Components
from adkconf.config.spec.component import ToolSpec

_PARAMS = "tools.mcp_tool.mcp_session_manager"
# google-adk's ways to write a server, and the classes they are of.
_ADKS_PARAMS = {
    "stdio_connection_params": "StdioConnectionParams",
    "sse_connection_params": "SseConnectionParams",
    "streamable_http_connection_params": "StreamableHTTPConnectionParams",
}
_PROGRAM = ("command", "args", "env", "cwd")
_SERVER = ("url", "headers", "timeout", "sse_read_timeout", "terminate_on_close")


def with_connection(
    spec: ToolSpec, args: Mapping[str, Any], components: Components
) -> dict[str, Any]:
    """Returns the arguments of a toolset with `connection_params` in the place of the short forms.

    Raises:
        MissingExtraError: the MCP SDK is not installed.
    """
    plain = {name: components.plain(value) for name, value in args.items()}
    kind, fields = _connection(spec, plain, components)
    used = {*_PROGRAM, *_SERVER, "transport", "stdio_server_params", *_ADKS_PARAMS}
    params = components.engine.get(f"{_PARAMS}:{kind}")(**fields)
    rest = {name: value for name, value in args.items() if name not in used}
    return {**rest, "connection_params": params}


def _connection(
    spec: ToolSpec, args: Mapping[str, Any], components: Components
) -> tuple[str, dict[str, Any]]:
    """Returns the name of the class that connects, and its fields."""
    for name, kind in _ADKS_PARAMS.items():
        if args.get(name) is not None:
            return kind, args[name]
    if args.get("stdio_server_params") is not None:
        return "StdioConnectionParams", {"server_params": args["stdio_server_params"]}
    if args.get("url") is not None:
        sse = args.get("transport") == "sse"
        kind = "SseConnectionParams" if sse else "StreamableHTTPConnectionParams"
        return kind, _given(args, _SERVER)
    program = _given(args, _PROGRAM)
    if program["command"] == "python":
        program["command"] = sys.executable
    program["cwd"] = str(components.references.beside(spec, program.get("cwd", ".")))
    return "StdioConnectionParams", {"server_params": program, **_given(args, ("timeout",))}


def _given(args: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: args[name] for name in names if args.get(name) is not None}
