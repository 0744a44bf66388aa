"""The town's server over HTTP, what a context is, and what the tools answer."""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import uvicorn

from adkconf.agents import LlmAgent
from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.plugins.plugin_manager import PluginManager
from adkconf.sessions import InMemorySessionService
from adkconf.tools.mcp_tool.connection_params import StdioConnectionParams
from adkconf.tools.mcp_tool.mcp_toolset import McpToolset
from adkconf.tools.mcp_tool.sdk import StdioServerParameters
from tests.tools.mcp_town import make_server

SERVER = str(Path(__file__).with_name("mcp_town.py"))
ROOT = Path(__file__).parents[2]


class Town:
    """The server on a real socket, as an ASGI application that notes what requests bring."""

    def __init__(self, *, sse: bool = False) -> None:
        self.port = 0
        self.sse = sse
        self.seen: list[dict[str, str]] = []
        self.status: int | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/mcp"

    @contextmanager
    def open(self) -> Iterator[Town]:
        """Serves; a second time it is a server that knows nothing of the first."""
        made = make_server()
        self.app = made.sse_app() if self.sse else made.streamable_http_app()
        server = uvicorn.Server(uvicorn.Config(self, log_config=None, timeout_graceful_shutdown=0))
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", self.port))
            self.port = listener.getsockname()[1]
            thread = Thread(target=server.run, args=([listener],))
            thread.start()
            while not server.started:
                sleep(0.005)
            try:
                yield self
            finally:
                server.should_exit = server.force_exit = True
                thread.join()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            self.seen.append({k.decode(): v.decode() for k, v in scope["headers"]})
            if self.status is not None:
                await send({"type": "http.response.start", "status": self.status, "headers": []})
                await send({"type": "http.response.body", "body": b""})
                return
        await self.app(scope, receive, send)


@asynccontextmanager
async def toolset(params: Any, **options: Any) -> AsyncIterator[McpToolset]:
    made = McpToolset(connection_params=params, **options)
    yield made
    await made.close()


def process(**options: Any) -> StdioConnectionParams:
    params = StdioServerParameters(
        command=sys.executable, args=[SERVER], env={"PYTHONPATH": str(ROOT)}
    )
    return StdioConnectionParams(server_params=params, **{"timeout": 30, **options})


async def context(invocation: str = "run", **state: Any) -> Context:
    sessions = InMemorySessionService()
    session = await sessions.create_session(app_name="a", user_id="u", state=state)
    run = InvocationContext(
        invocation_id=invocation,
        agent=LlmAgent(name="root", model="echo"),
        session=session,
        session_service=sessions,
        plugin_manager=PluginManager(),
    )
    return Context(run, function_call_id="call")


async def call(tools: McpToolset, name: str, **args: Any) -> Any:
    found = {tool.name: tool for tool in await tools.selected_tools(await context())}
    return await found[name].run_async(args=args, tool_context=await context())


def told(answer: Any) -> Any:
    """The text of an answer."""
    return answer["content"][0]["text"] if "content" in answer else answer


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False
