"""A tool of an MCP server."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, cast
from warnings import warn

from google.genai import types

from adkconf.agents.context import Context
from adkconf.agents.readonly_context import ReadonlyContext
from adkconf.auth.auth_credential import AuthCredential
from adkconf.auth.auth_schemes import AuthScheme
from adkconf.auth.auth_tool import AuthConfig
from adkconf.auth.request_auth import request_auth
from adkconf.errors import AdkconfError
from adkconf.events.ui_widget import UiWidget
from adkconf.models.llm_request import LlmRequest
from adkconf.tools.base_authenticated_tool import BaseAuthenticatedTool
from adkconf.tools.confirmation_gate import ConfirmationGate, Needed
from adkconf.tools.mcp_tool.fencing import fence_tool
from adkconf.tools.mcp_tool.mcp_session_manager import MCPSessionManager
from adkconf.tools.mcp_tool.sdk import CallToolResult, MCPError, ProgressFnT, Tool

HeaderProvider: TypeAlias = Callable[[ReadonlyContext], dict[str, str] | Awaitable[dict[str, str]]]

logger = logging.getLogger("adkconf.tools")

# Calls of these names never reach a tool.
RESERVED_NAMES = frozenset(
    {
        "adk_request_credential",
        "adk_request_confirmation",
        "adk_request_input",
        "transfer_to_agent",
        "set_model_response",
    }
)


# Makes the function that a call tells its progress to; None for none. It gets the tool's name,
# and the context as `callback_context`.
ProgressCallbackFactory: TypeAlias = Callable[..., ProgressFnT | None]


class McpTool(BaseAuthenticatedTool):
    """Calls a tool of the server; the model sees the server's answer as MCP has it, in JSON.

    A call that fails is answered with `{"error": …}`.

    Raises:
        ValueError: the tool's name is one of the framework's own.
    """

    def __init__(
        self,
        *,
        mcp_tool: Tool,
        mcp_session_manager: MCPSessionManager,
        auth_scheme: AuthScheme | None = None,
        auth_credential: AuthCredential | None = None,
        require_confirmation: Needed = False,
        header_provider: HeaderProvider | None = None,
        progress_callback: ProgressFnT | ProgressCallbackFactory | None = None,
        credential_key: str | None = None,
    ) -> None:
        if mcp_tool.name in RESERVED_NAMES:
            raise ValueError(
                f"an MCP tool cannot be called {mcp_tool.name!r}: that name has a meaning of its "
                "own; leave it out with tool_filter"
            )
        self._config = auth_config(auth_scheme, auth_credential, credential_key)
        super().__init__(
            name=mcp_tool.name, description=mcp_tool.description or "", auth_config=self._config
        )
        self._mcp_tool = mcp_tool
        self._sessions = mcp_session_manager
        self._confirmation = ConfirmationGate(require_confirmation)
        self._header_provider = header_provider
        self._progress_callback = progress_callback

    @property
    def raw_mcp_tool(self) -> Tool:
        """The tool as the server tells it."""
        return self._mcp_tool

    def _get_declaration(self) -> types.FunctionDeclaration:
        return types.FunctionDeclaration(
            name=self.name,
            description=self.description,
            parameters_json_schema=self._mcp_tool.input_schema,
            response_json_schema=self._mcp_tool.output_schema,
        )

    async def process_llm_request(self, *, tool_context: Context, llm_request: LlmRequest) -> None:
        """Adds the declaration, marked as what somebody else wrote."""
        await super().process_llm_request(tool_context=tool_context, llm_request=llm_request)
        fence_tool(llm_request, self.name)

    async def run_async(self, *, args: dict[str, Any], tool_context: Context) -> Any:
        """Asks for confirmation and credential as needed, then calls the tool."""
        refusal = await self._confirmation.ask_first(self.name, args, tool_context)
        if refusal is not None:
            return refusal
        try:
            return await super().run_async(args=args, tool_context=tool_context)
        except Exception as error:  # whatever a server does wrong, the run goes on
            if not isinstance(error, (MCPError, AdkconfError, ValueError)):
                logger.exception("MCP tool %r failed", self.name)
            return {"error": f"{self.name} failed: {error}"}

    async def _run_async_impl(
        self, *, args: dict[str, Any], tool_context: Context, credential: AuthCredential | None
    ) -> Any:
        headers = await headers_for(tool_context, self._header_provider, self._config, credential)
        result = await self._sessions.request(
            headers,
            lambda session: session.call_tool(
                self._mcp_tool.name, args, progress_callback=self._progress(tool_context)
            ),
        )
        self._show(args, tool_context)
        assert isinstance(result, CallToolResult)
        return _plain(result)

    def _progress(self, tool_context: Context) -> ProgressFnT | None:
        callback: Any = self._progress_callback
        called = callback if inspect.isroutine(callback) else getattr(callback, "__call__", None)  # noqa: B004
        if callback is None or inspect.iscoroutinefunction(called):
            return cast("ProgressFnT | None", callback)
        return cast("ProgressFnT | None", callback(self.name, callback_context=tool_context))

    def _show(self, args: dict[str, Any], tool_context: Context) -> None:
        """Has the front-end draw the tool's MCP App, if it has one."""
        if (uri := _app_uri(self._mcp_tool.meta or {})) is None:
            return
        tool = self._mcp_tool.model_dump(mode="json", by_alias=True, exclude_none=True)
        widget = UiWidget(
            id=tool_context.function_call_id or "",
            provider="mcp",
            payload={"resource_uri": uri, "tool": _with_meta(tool), "tool_args": args},
        )
        tool_context.render_ui_widget(widget)


class MCPTool(McpTool):
    """An older name of `McpTool`."""

    def __init__(self, **kwargs: Any) -> None:
        warn("MCPTool is now called McpTool", DeprecationWarning, stacklevel=2)
        super().__init__(**kwargs)


def auth_config(
    scheme: AuthScheme | None, credential: AuthCredential | None, key: str | None
) -> AuthConfig | None:
    """Returns what a server needs; None without a scheme."""
    if scheme is None:
        return None
    return AuthConfig(auth_scheme=scheme, raw_auth_credential=credential, credential_key=key or "")


async def headers_for(
    context: ReadonlyContext | None,
    provider: HeaderProvider | None,
    config: AuthConfig | None,
    credential: AuthCredential | None,
) -> dict[str, str]:
    """Returns the provider's headers, and the credential's in front of them.

    Raises:
        ValueError: the credential does not go into headers.
    """
    given: Any = provider(context) if provider is not None and context is not None else {}
    headers = dict((await given if inspect.isawaitable(given) else given) or {})
    if config is None or credential is None:
        return headers
    auth = request_auth(config.auth_scheme, credential)
    if auth.query or auth.cookies:
        raise ValueError("MCP servers take an API key only in a header: write `in: header`")
    names = {name.lower() for name in auth.headers}
    return {n: v for n, v in headers.items() if n.lower() not in names} | auth.headers


def _plain(result: CallToolResult) -> dict[str, Any]:
    data = result.model_dump(mode="json", by_alias=True, exclude_none=True)
    data.pop("resultType", None)
    data["content"] = [_with_meta(item) for item in data.get("content", ())]
    return _with_meta(data)


def _with_meta(data: dict[str, Any]) -> dict[str, Any]:
    return {"meta" if key == "_meta" else key: value for key, value in data.items()}


def _app_uri(meta: dict[str, Any]) -> str | None:
    nested = meta.get("ui")
    found = nested.get("resourceUri") if isinstance(nested, dict) else None
    uri = found or meta.get("ui/resourceUri")
    return uri if isinstance(uri, str) and uri.startswith("ui://") else None
