"""What is used of the MCP SDK; only this module imports it.

Raises MissingExtraError where the SDK is not installed.
"""

from __future__ import annotations

from adkconf.errors import MissingExtraError

try:
    from httpx2 import Timeout
    from mcp.client.session import ClientSession, ElicitationFnT, SamplingFnT
    from mcp.client.sse import sse_client
    from mcp.client.stdio import StdioServerParameters, stdio_client
    from mcp.client.streamable_http import (  # type: ignore[attr-defined]  # re-exported
        create_mcp_http_client,
        streamable_http_client,
    )
    from mcp.shared.dispatcher import ProgressFnT
    from mcp.shared.exceptions import MCPError
    from mcp.shared.jsonrpc_dispatcher import JSONRPCDispatcher
    from mcp.types import (
        CONNECTION_CLOSED,
        BlobResourceContents,
        CallToolResult,
        Implementation,
        PaginatedRequestParams,
        Resource,
        SamplingCapability,
        TextResourceContents,
        Tool,
    )
except ModuleNotFoundError as error:
    if error.name is None or error.name.partition(".")[0] not in ("mcp", "mcp_types", "httpx2"):
        raise
    raise MissingExtraError("McpToolset", extra="mcp", package="mcp") from error

__all__ = [
    "CONNECTION_CLOSED",
    "BlobResourceContents",
    "CallToolResult",
    "ClientSession",
    "ElicitationFnT",
    "Implementation",
    "JSONRPCDispatcher",
    "MCPError",
    "PaginatedRequestParams",
    "ProgressFnT",
    "Resource",
    "SamplingCapability",
    "SamplingFnT",
    "StdioServerParameters",
    "TextResourceContents",
    "Timeout",
    "Tool",
    "create_mcp_http_client",
    "sse_client",
    "stdio_client",
    "streamable_http_client",
]
