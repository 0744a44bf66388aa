"""A real MCP server, made with the SDK: a process, or an ASGI application."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError


def make_server() -> MCPServer:
    server = MCPServer("town")

    @server.tool()
    def pid() -> int:
        """Tells the process."""
        return os.getpid()

    @server.tool()
    def add(a: int, b: int = 2) -> int:
        """Adds two numbers."""
        return a + b

    @server.tool()
    def fail() -> str:
        """Has no luck."""
        raise ToolError("no luck")

    @server.tool(meta={"ui": {"resourceUri": "ui://town/view"}})
    async def slow(seconds: float, ctx: Context[Any, Any]) -> str:
        """Takes its time."""
        await ctx.report_progress(1, 2, "half")
        await asyncio.sleep(seconds)
        return "done"

    @server.tool()
    def die() -> str:
        """Ends the process."""
        os._exit(1)

    @server.tool()
    def transfer_to_agent(agent_name: str) -> str:
        """Takes the framework's own name."""
        return agent_name

    @server.resource("town://map", name="map")
    def town_map() -> str:
        return "left, then right"

    return server


if __name__ == "__main__":
    print("the town opens", file=sys.stderr, flush=True)
    make_server().run("stdio")
