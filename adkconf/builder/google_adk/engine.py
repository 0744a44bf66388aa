"""Where google-adk has what the builder asks for."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from adkconf.builder.engine import Engine
from adkconf.builder.google_adk.models import adopt_model, lend_model
from adkconf.builder.google_adk.translation import adk_run_config

# It warns at every call of a model that counts no tokens, and gives advice about caching that no
# app's author has asked for.
_logger = logging.getLogger("google_adk")
if _logger.level == logging.NOTSET:
    _logger.setLevel(logging.ERROR)

_HERE = "adkconf.builder.google_adk"
_NODES = "google.adk.workflow.utils._workflow_graph_utils"

# Rooms in which an app has adkconf's parts with either engine; see `services` and `models`.
_SHARED = ("artifacts.", "memory.", "models.", "sessions.")

_ELSEWHERE: Mapping[str, str] = {
    "agents.agent_tree:agents_from": f"{_HERE}.agents:agents_from",
    "agents.llm_agent:nearest_llm_agent": f"{_HERE}.agents:nearest_llm_agent",
    "apps.events_compaction_config:EventsCompactionConfig": (
        "google.adk.apps.app:EventsCompactionConfig"
    ),
    "apps.resumability_config:ResumabilityConfig": "google.adk.apps.app:ResumabilityConfig",
    "models.base_llm:BaseLlm": "google.adk.models.base_llm:BaseLlm",
    "models.google_llm:Gemini": "google.adk.models.google_llm:Gemini",
    "models.registry:LLMRegistry": "google.adk.models.registry:LLMRegistry",
    "runners:Runner": f"{_HERE}.runner:GoogleAdkRunner",
    "tools.example_tool:ExampleTool": f"{_HERE}.tools:ExampleTool",
    "tools.load_memory_tool:preload_memory_tool": (
        "google.adk.tools.preload_memory_tool:preload_memory_tool"
    ),
    "tools.model_side_tools:enterprise_web_search": (
        "google.adk.tools.enterprise_search_tool:enterprise_web_search_tool"
    ),
    "tools.model_side_tools:google_maps_grounding": (
        "google.adk.tools.google_maps_grounding_tool:google_maps_grounding"
    ),
    "tools.model_side_tools:google_search": "google.adk.tools.google_search_tool:google_search",
    "tools.model_side_tools:url_context": "google.adk.tools.url_context_tool:url_context",
    "workflow.base_node:BaseNode": "google.adk.workflow:BaseNode",
    "workflow.base_node:START": "google.adk.workflow:START",
    "workflow.build:build_node": f"{_HERE}.nodes:build_node",
    "workflow.build:is_node_like": f"{_NODES}:is_node_like",
    "workflow.edge:Edge": "google.adk.workflow:Edge",
    "workflow.function_node:FunctionNode": "google.adk.workflow:FunctionNode",
    "workflow.join_node:JoinNode": "google.adk.workflow:JoinNode",
    "workflow.node_agent:as_agent": f"{_HERE}.agents:as_agent",
    "workflow.node_decorator:node": "google.adk.workflow:node",
    "workflow.retry_config:RetryConfig": "google.adk.workflow:RetryConfig",
    "workflow.tool_node:ToolNode": "google.adk.workflow._tool_node:_ToolNode",
    "workflow.workflow:Workflow": "google.adk.workflow:Workflow",
}


def _locate(address: str) -> str:
    if address in _ELSEWHERE:
        return _ELSEWHERE[address]
    package = "adkconf" if address.startswith(_SHARED) else "google.adk"
    return f"{package}.{address}"


GOOGLE_ADK = Engine("google-adk", _locate, adopt_model, lend_model, adk_run_config)
