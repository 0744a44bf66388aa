"""The tools of an MCP server."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TextIO, TypeVar
from warnings import warn

from adkconf.agents.readonly_context import ReadonlyContext
from adkconf.auth.auth_credential import AuthCredential
from adkconf.auth.auth_schemes import AuthScheme
from adkconf.auth.auth_tool import AuthConfig
from adkconf.errors import NotFoundError, ServiceUnavailableError
from adkconf.tools.base_tool import BaseTool
from adkconf.tools.base_toolset import BaseToolset
from adkconf.tools.confirmation_gate import Needed
from adkconf.tools.load_mcp_resource_tool import LoadMcpResourceTool
from adkconf.tools.mcp_tool.connection_params import ConnectionParams
from adkconf.tools.mcp_tool.mcp_session_manager import MCPSessionManager
from adkconf.tools.mcp_tool.mcp_tool import (
    RESERVED_NAMES,
    HeaderProvider,
    McpTool,
    ProgressCallbackFactory,
    auth_config,
    headers_for,
)
from adkconf.tools.mcp_tool.sdk import (
    BlobResourceContents,
    ClientSession,
    ElicitationFnT,
    MCPError,
    PaginatedRequestParams,
    ProgressFnT,
    Resource,
    SamplingCapability,
    SamplingFnT,
    StdioServerParameters,
    TextResourceContents,
    Tool,
)
from adkconf.tools.mcp_tool.tool_list_cache import ToolListCache

T = TypeVar("T")
logger = logging.getLogger("adkconf.tools")


class McpToolset(BaseToolset):
    """Connects to the server when its tools are first needed, and keeps the connection.

    The tools are listed once per run, or kept for `tool_list_cache_ttl_seconds`, in the order of
    their names. `tool_filter` sees the server's names, the model `tool_name_prefix` and `_` before
    them. `header_provider` gets the context of the run and returns HTTP headers; each set of
    headers has a connection of its own. `require_confirmation` is a bool, or a function of a
    call's arguments. `progress_callback` is an async function of (progress, total, message), or a
    function of a tool's name that returns one. With `use_mcp_resources` the model can load the
    server's resources. `errlog` (default: standard error) gets what a process writes there.

    Raises:
        ValueError: there are no `connection_params`, or the time to live is not positive.
    """

    def __init__(  # noqa: PLR0913 (google-adk's arguments)
        self,
        *,
        connection_params: StdioServerParameters | ConnectionParams,
        tool_filter: Callable[[BaseTool, ReadonlyContext | None], bool] | list[str] | None = None,
        tool_name_prefix: str | None = None,
        tool_list_cache_ttl_seconds: float | None = None,
        errlog: TextIO | None = None,
        auth_scheme: AuthScheme | None = None,
        auth_credential: AuthCredential | None = None,
        require_confirmation: Needed = False,
        header_provider: HeaderProvider | None = None,
        progress_callback: ProgressFnT | ProgressCallbackFactory | None = None,
        use_mcp_resources: bool | None = False,
        sampling_callback: SamplingFnT | None = None,
        sampling_capabilities: SamplingCapability | None = None,
        elicitation_callback: ElicitationFnT | None = None,
        credential_key: str | None = None,
    ) -> None:
        super().__init__(tool_filter=tool_filter, tool_name_prefix=tool_name_prefix)
        _check(connection_params, tool_list_cache_ttl_seconds)
        self.connection_params = connection_params
        self.use_mcp_resources = bool(use_mcp_resources)
        self._header_provider = header_provider
        self._auth_config = auth_config(auth_scheme, auth_credential, credential_key)
        self._lists = ToolListCache(tool_list_cache_ttl_seconds)
        self._sessions = MCPSessionManager(
            connection_params,
            errlog,
            sampling_callback=sampling_callback,
            sampling_capabilities=sampling_capabilities,
            elicitation_callback=elicitation_callback,
        )
        self._of_tools: dict[str, Any] = {
            "mcp_session_manager": self._sessions,
            "auth_scheme": auth_scheme,
            "auth_credential": auth_credential,
            "credential_key": credential_key,
            "require_confirmation": require_confirmation,
            "header_provider": header_provider,
            "progress_callback": progress_callback,
        }

    def get_auth_config(self) -> AuthConfig | None:
        """Returns what the server needs."""
        return self._auth_config

    async def get_tools(self, readonly_context: ReadonlyContext | None = None) -> list[BaseTool]:
        """Returns the tools that the filter lets through.

        Raises:
            ServiceUnavailableError: the server cannot be reached, or does not tell its tools.
        """
        headers = await self._headers(readonly_context)
        run = readonly_context.invocation_id if readonly_context is not None else None
        key = self._sessions.key(headers)
        listed = self._lists.get(key, run)
        if listed is None:
            listed = await self._request(headers, _all_tools, "does not tell its tools")
            self._lists.put(key, run, listed)
        tools: list[BaseTool] = [
            McpTool(mcp_tool=tool, **self._of_tools) for tool in self._usable(listed)
        ]
        chosen = [tool for tool in tools if self._selects(tool, readonly_context)]
        if self.use_mcp_resources:
            chosen.append(LoadMcpResourceTool(self))
        return chosen

    async def list_resources(self, readonly_context: ReadonlyContext | None = None) -> list[str]:
        """Returns the names of the server's resources.

        Raises:
            ServiceUnavailableError: as above.
        """
        return [resource.name for resource in await self._resources(readonly_context)]

    async def get_resource_info(
        self, name: str, readonly_context: ReadonlyContext | None = None
    ) -> dict[str, Any]:
        """Returns what the server tells of a resource, in MCP's names.

        Raises:
            NotFoundError: there is none of this name.
            ServiceUnavailableError: as above.
        """
        resource = await self._resource(name, readonly_context)
        return resource.model_dump(mode="json", by_alias=True, exclude_none=True)

    async def read_resource(
        self, name: str, readonly_context: ReadonlyContext | None = None
    ) -> list[TextResourceContents | BlobResourceContents]:
        """Returns the contents of a resource.

        Raises:
            NotFoundError: there is none of this name.
            ServiceUnavailableError: as above.
        """
        uri = str((await self._resource(name, readonly_context)).uri)
        headers = await self._headers(readonly_context)
        found = await self._request(
            headers, lambda session: session.read_resource(uri), f"does not give {name!r}"
        )
        return list(found.contents)

    async def close(self) -> None:
        """Disconnects; a process has ended afterwards."""
        self._lists.clear()
        await self._sessions.close()

    def _selects(self, tool: BaseTool, context: ReadonlyContext | None) -> bool:
        return isinstance(tool, LoadMcpResourceTool) or super()._selects(tool, context)

    def _usable(self, tools: list[Tool]) -> list[Tool]:
        for tool in tools:
            if tool.name in RESERVED_NAMES:
                logger.warning(
                    "%s has a tool %r, which is left out: the name has a meaning of its own",
                    self._sessions.place,
                    tool.name,
                )
        usable = (tool for tool in tools if tool.name not in RESERVED_NAMES)
        return sorted(usable, key=lambda tool: tool.name)

    async def _headers(self, context: ReadonlyContext | None) -> dict[str, str]:
        config, credential = self._auth_config, None
        if config is not None:
            if context is not None:
                credential = context.get_credential(config.credential_key)
            credential = credential or config.exchanged_auth_credential
        return await headers_for(context, self._header_provider, config, credential)

    async def _resource(self, name: str, context: ReadonlyContext | None) -> Resource:
        for resource in await self._resources(context):
            if resource.name == name:
                return resource
        raise NotFoundError(f"{self._sessions.place} has no resource {name!r}")

    async def _resources(self, context: ReadonlyContext | None) -> list[Resource]:
        headers = await self._headers(context)
        return await self._request(headers, _all_resources, "does not tell its resources")

    async def _request(
        self,
        headers: dict[str, str],
        ask: Callable[[ClientSession], Awaitable[T]],
        failed: str,
    ) -> T:
        try:
            return await self._sessions.request(headers, ask)
        except MCPError as error:
            raise ServiceUnavailableError(f"{self._sessions.place} {failed}: {error}") from error


class MCPToolset(McpToolset):
    """An older name of `McpToolset`."""

    def __init__(self, **kwargs: Any) -> None:
        warn("MCPToolset is now called McpToolset", DeprecationWarning, stacklevel=2)
        super().__init__(**kwargs)


def _check(connection_params: Any, seconds: float | None) -> None:
    if not connection_params:
        raise ValueError("an McpToolset needs connection_params: how to reach the server")
    if seconds is not None and seconds <= 0:
        raise ValueError(f"tool_list_cache_ttl_seconds is {seconds}; it must be above 0")


async def _all_tools(session: ClientSession) -> list[Tool]:
    page = await session.list_tools()
    tools = list(page.tools)
    while page.next_cursor:
        page = await session.list_tools(params=PaginatedRequestParams(cursor=page.next_cursor))
        tools.extend(page.tools)
    return tools


async def _all_resources(session: ClientSession) -> list[Resource]:
    page = await session.list_resources()
    resources = list(page.resources)
    while page.next_cursor:
        page = await session.list_resources(params=PaginatedRequestParams(cursor=page.next_cursor))
        resources.extend(page.resources)
    return resources
