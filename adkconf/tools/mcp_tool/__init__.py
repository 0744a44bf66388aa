"""Tools of servers that speak the Model Context Protocol; needs the extra `adkconf[mcp]`."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.tools.mcp_tool.connection_params import SseConnectionParams as SseConnectionParams
    from adkconf.tools.mcp_tool.connection_params import (
        StdioConnectionParams as StdioConnectionParams,
    )
    from adkconf.tools.mcp_tool.connection_params import (
        StreamableHTTPConnectionParams as StreamableHTTPConnectionParams,
    )
    from adkconf.tools.mcp_tool.mcp_tool import MCPTool as MCPTool
    from adkconf.tools.mcp_tool.mcp_tool import McpTool as McpTool
    from adkconf.tools.mcp_tool.mcp_toolset import MCPToolset as MCPToolset
    from adkconf.tools.mcp_tool.mcp_toolset import McpToolset as McpToolset

_PARAMS = "adkconf.tools.mcp_tool.connection_params"

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "MCPTool": "adkconf.tools.mcp_tool.mcp_tool",
        "MCPToolset": "adkconf.tools.mcp_tool.mcp_toolset",
        "McpTool": "adkconf.tools.mcp_tool.mcp_tool",
        "McpToolset": "adkconf.tools.mcp_tool.mcp_toolset",
        "SseConnectionParams": _PARAMS,
        "StdioConnectionParams": _PARAMS,
        "StreamableHTTPConnectionParams": _PARAMS,
    },
)
