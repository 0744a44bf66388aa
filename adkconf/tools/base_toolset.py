"""The contract of a set of tools that is known only when it is asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from copy import copy

from adkconf.agents.context import Context
from adkconf.agents.readonly_context import ReadonlyContext
from adkconf.auth.auth_tool import AuthConfig
from adkconf.models.llm_request import LlmRequest
from adkconf.tools.base_tool import BaseTool


class BaseToolset(ABC):
    """Subclass it and write `get_tools`.

    `tool_filter` is a list of names or a predicate `(tool, context) -> bool`. The model sees the
    tools with `tool_name_prefix` and `_` before their names.
    """

    def __init__(
        self,
        *,
        tool_filter: Callable[[BaseTool, ReadonlyContext | None], bool] | list[str] | None = None,
        tool_name_prefix: str | None = None,
    ) -> None:
        self.tool_filter = tool_filter
        self.tool_name_prefix = tool_name_prefix

    @abstractmethod
    async def get_tools(self, readonly_context: ReadonlyContext | None = None) -> list[BaseTool]:
        """Returns the tools for this context."""

    async def selected_tools(self, context: ReadonlyContext | None = None) -> list[BaseTool]:
        """Returns the tools that the filter lets through, with the prefix in their names."""
        tools = [tool for tool in await self.get_tools(context) if self._selects(tool, context)]
        prefix = self.tool_name_prefix
        return [_renamed(tool, f"{prefix}_{tool.name}") for tool in tools] if prefix else tools

    def _selects(self, tool: BaseTool, context: ReadonlyContext | None) -> bool:
        if self.tool_filter is None:
            return True
        if isinstance(self.tool_filter, list):
            return tool.name in self.tool_filter
        return self.tool_filter(tool, context)

    def get_auth_config(self) -> AuthConfig | None:
        """Returns the credential that the set needs; none by default.

        The flow gets it before `get_tools` is called, and asks the user if need be. The set finds
        it, ready for use, with `context.get_credential(config.credential_key)`.
        """
        return None

    async def process_llm_request(self, *, tool_context: Context, llm_request: LlmRequest) -> None:
        """Changes a request before the set's tools are added; nothing by default."""

    async def close(self) -> None:
        """Releases connections; nothing by default."""


def _renamed(tool: BaseTool, name: str) -> BaseTool:
    """Returns a copy of a tool that is called otherwise."""
    declaration = tool._get_declaration()
    if declaration is not None:
        declaration = declaration.model_copy(update={"name": name})
    renamed = copy(tool)
    renamed.name = name
    renamed._get_declaration = lambda: declaration  # type: ignore[method-assign]
    return renamed
