"""What is written of the tools of an MCP server."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema

from adkconf.config.catalog.toolsets import REFERENCE, ToolsetArguments, read_plain_or_reference
from adkconf.config.spec.agent import Reference
from adkconf.config.spec.auth import OptionalAuthArguments
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section

Confirmation = Annotated[
    PythonRef | bool,
    PlainValidator(read_plain_or_reference),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, REFERENCE]}),
]
"""True, or a function of a call's arguments."""


class StdioServerSpec(Section):
    """A program that is an MCP server."""

    command: str = Field(min_length=1)
    """The program."""
    args: list[str] = []
    """Its arguments."""
    env: dict[str, str] | None = None
    """Environment variables for it; it gets no others but `PATH`, `HOME` and the like."""
    cwd: str | None = None
    """The directory it runs in."""
    encoding: str = "utf-8"
    """How it writes text."""
    encoding_error_handler: Literal["strict", "ignore", "replace"] = "strict"
    """What happens to what is no text."""


class StdioConnectionSpec(Section):
    """A program that is started."""

    server_params: StdioServerSpec
    """The program."""
    timeout: float = Field(default=5, gt=0)
    """Seconds for the start, and for each answer."""


class SseConnectionSpec(Section):
    """A server that speaks the older HTTP transport."""

    url: str = Field(min_length=1)
    """Where it is."""
    headers: dict[str, str] | None = None
    """HTTP headers for it."""
    timeout: float = Field(default=5, gt=0)
    """Seconds for connecting."""
    sse_read_timeout: float = Field(default=300, gt=0)
    """Seconds for each answer."""


class StreamableHttpConnectionSpec(SseConnectionSpec):
    """A server that speaks streamable HTTP."""

    terminate_on_close: bool = True
    """Tell the server when the connection is no longer needed."""


_ADKS_PARAMS = (
    "stdio_server_params",
    "stdio_connection_params",
    "sse_connection_params",
    "streamable_http_connection_params",
)
_SERVERS = ("command", "url", *_ADKS_PARAMS)
_OF_COMMAND = ("args", "env", "cwd")
_OF_URL = ("transport", "headers", "sse_read_timeout", "terminate_on_close")
_AUTH: Any = OptionalAuthArguments.model_config["json_schema_extra"]


class McpArguments(ToolsetArguments):
    """The tools of an MCP server: one that `command` starts, or one at `url`.

    Needs the extra `adkconf[mcp]`. google-adk's `…_params` say the same in its words.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "dependentRequired": {
                **_AUTH["dependentRequired"],
                **{key: ["command"] for key in _OF_COMMAND},
                **{key: ["url"] for key in _OF_URL},
            },
            "dependentSchemas": {
                name: {"properties": {other: {"not": {}} for other in _SERVERS if other != name}}
                for name in _SERVERS
            },
            "if": {"allOf": [{"not": {"required": [name]}} for name in _SERVERS[1:]]},
            "then": {"required": ["command"]},
        }
    )

    command: str | None = Field(default=None, min_length=1, examples=["python"])
    """The program that is the server. `python` is the one that runs the app."""
    args: list[str] | None = None
    """Its arguments."""
    env: dict[str, str] | None = None
    """Environment variables for it; it gets no others but `PATH`, `HOME` and the like."""
    cwd: str | None = None
    """The directory it runs in, relative to the file; unset, that of the file."""
    url: str | None = Field(default=None, min_length=1, examples=["http://localhost:8000/mcp"])
    """Where the server is."""
    transport: Literal["streamable_http", "sse"] | None = None
    """What it speaks; unset, streamable HTTP."""
    headers: dict[str, str] | None = None
    """HTTP headers for it."""
    timeout: float | None = Field(default=None, gt=0)
    """Seconds for connecting, and for each answer of a program; unset, 5."""
    sse_read_timeout: float | None = Field(default=None, gt=0)
    """Seconds for each answer over HTTP; unset, 300."""
    terminate_on_close: bool | None = None
    """Tell the server when the connection is no longer needed; unset, true."""
    stdio_server_params: StdioServerSpec | None = None
    """A program, in google-adk's words."""
    stdio_connection_params: StdioConnectionSpec | None = None
    """A program, with how long to wait for it."""
    sse_connection_params: SseConnectionSpec | None = None
    """A server that speaks the older HTTP transport."""
    streamable_http_connection_params: StreamableHttpConnectionSpec | None = None
    """A server that speaks streamable HTTP."""
    tool_list_cache_ttl_seconds: float | None = Field(default=None, gt=0)
    """Seconds the list of tools is kept; unset, for the length of a run."""
    require_confirmation: Confirmation = False
    """Ask a person before each call, or when a function of the call's arguments says so."""
    progress_callback: Reference | None = None
    """An async function of (progress, total, message) that is told how far a call is; or a function
    of a tool's name that returns one."""
    sampling_callback: Reference | None = None
    """An async function that asks a model for the server."""
    elicitation_callback: Reference | None = None
    """An async function that asks the user for the server."""
    use_mcp_resources: bool = False
    """The model may load the server's resources."""
