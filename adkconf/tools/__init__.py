"""Tools: what a model may call."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.tools.agent_tool import AgentTool as AgentTool
    from adkconf.tools.authenticated_function_tool import (
        AuthenticatedFunctionTool as AuthenticatedFunctionTool,
    )
    from adkconf.tools.base_authenticated_tool import (
        BaseAuthenticatedTool as BaseAuthenticatedTool,
    )
    from adkconf.tools.base_tool import BaseTool as BaseTool
    from adkconf.tools.base_toolset import BaseToolset as BaseToolset
    from adkconf.tools.example_tool import ExampleTool as ExampleTool
    from adkconf.tools.exit_loop_tool import exit_loop as exit_loop
    from adkconf.tools.function_tool import FunctionTool as FunctionTool
    from adkconf.tools.get_user_choice_tool import get_user_choice_tool as get_user_choice
    from adkconf.tools.load_artifacts_tool import load_artifacts_tool as load_artifacts
    from adkconf.tools.load_memory_tool import load_memory_tool as load_memory
    from adkconf.tools.load_memory_tool import preload_memory_tool as preload_memory
    from adkconf.tools.long_running_tool import LongRunningFunctionTool as LongRunningFunctionTool
    from adkconf.tools.model_side_tools import enterprise_web_search as enterprise_web_search
    from adkconf.tools.model_side_tools import google_maps_grounding as google_maps_grounding
    from adkconf.tools.model_side_tools import google_search as google_search
    from adkconf.tools.model_side_tools import url_context as url_context
    from adkconf.tools.tool_context import ToolContext as ToolContext
    from adkconf.tools.transfer_to_agent_tool import TransferToAgentTool as TransferToAgentTool
    from adkconf.tools.transfer_to_agent_tool import transfer_to_agent as transfer_to_agent
    from adkconf.tools.vertex_ai_search_tool import VertexAiSearchTool as VertexAiSearchTool

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "AgentTool": "adkconf.tools.agent_tool",
        "AuthenticatedFunctionTool": "adkconf.tools.authenticated_function_tool",
        "BaseAuthenticatedTool": "adkconf.tools.base_authenticated_tool",
        "BaseTool": "adkconf.tools.base_tool",
        "BaseToolset": "adkconf.tools.base_toolset",
        "ExampleTool": "adkconf.tools.example_tool",
        "FunctionTool": "adkconf.tools.function_tool",
        "LongRunningFunctionTool": "adkconf.tools.long_running_tool",
        "ToolContext": "adkconf.tools.tool_context",
        "TransferToAgentTool": "adkconf.tools.transfer_to_agent_tool",
        "VertexAiSearchTool": "adkconf.tools.vertex_ai_search_tool",
        "enterprise_web_search": "adkconf.tools.model_side_tools",
        "exit_loop": "adkconf.tools.exit_loop_tool",
        "get_user_choice": "adkconf.tools.get_user_choice_tool:get_user_choice_tool",
        "google_maps_grounding": "adkconf.tools.model_side_tools",
        "google_search": "adkconf.tools.model_side_tools",
        "load_artifacts": "adkconf.tools.load_artifacts_tool:load_artifacts_tool",
        "load_memory": "adkconf.tools.load_memory_tool:load_memory_tool",
        "preload_memory": "adkconf.tools.load_memory_tool:preload_memory_tool",
        "transfer_to_agent": "adkconf.tools.transfer_to_agent_tool",
        "url_context": "adkconf.tools.model_side_tools",
    },
)
