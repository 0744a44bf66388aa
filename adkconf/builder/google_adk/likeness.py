"""google-adk's agents as adkconf's, to be described by whoever knows only those; not to be run."""

from __future__ import annotations

from typing import Any

from google.adk.agents.llm_agent import LlmAgent as AdkLlmAgent
from google.adk.tools.base_tool import BaseTool as AdkBaseTool
from google.adk.tools.base_toolset import BaseToolset as AdkBaseToolset
from google.adk.tools.function_tool import FunctionTool as AdkFunctionTool
from google.adk.workflow import BaseNode
from google.genai import types

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.llm_agent import LlmAgent
from adkconf.agents.readonly_context import ReadonlyContext
from adkconf.tools.base_tool import BaseTool
from adkconf.tools.base_toolset import BaseToolset


class _Tool(BaseTool):
    """What a model is told of a tool."""

    def __init__(self, tool: AdkBaseTool) -> None:
        super().__init__(name=tool.name, description=tool.description)
        self._tool = tool

    def _get_declaration(self) -> types.FunctionDeclaration | None:
        return self._tool._get_declaration()


class _Toolset(BaseToolset):
    """What a model is told of a toolset's tools."""

    def __init__(self, toolset: AdkBaseToolset) -> None:
        super().__init__()
        self._toolset = toolset

    async def get_tools(self, readonly_context: ReadonlyContext | None = None) -> list[BaseTool]:
        return [_Tool(tool) for tool in await self._toolset.get_tools()]


def likeness(root: BaseNode) -> BaseAgent:
    """Returns an agent with the name, description, instruction, tools and agents of `root`."""
    if not isinstance(root, AdkLlmAgent):
        return BaseAgent(name=root.name, description=root.description)
    return LlmAgent(
        name=root.name,
        description=root.description,
        instruction=root.instruction,
        tools=[_tool(tool) for tool in root.tools],
        sub_agents=[likeness(agent) for agent in root.sub_agents],
    )


def _tool(tool: Any) -> BaseTool | BaseToolset:
    if isinstance(tool, AdkBaseToolset):
        return _Toolset(tool)
    return _Tool(tool if isinstance(tool, AdkBaseTool) else AdkFunctionTool(tool))
