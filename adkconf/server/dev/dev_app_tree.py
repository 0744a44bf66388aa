"""An app's agents and workflows as google-adk's dev UI reads them."""

from __future__ import annotations

from typing import Any

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.llm_agent import LlmAgent
from adkconf.models.base_llm import BaseLlm
from adkconf.server.routes.apps import instruction_text
from adkconf.tools.base_tool import BaseTool
from adkconf.workflow.base_node import START, BaseNode
from adkconf.workflow.node_agent import NodeAgent

_KINDS = {"FunctionNode": "function", "JoinNode": "join", "ToolNode": "tool"}


def agent_tree(agent: BaseAgent) -> dict[str, Any]:
    """Describes an agent and all below it.

    An agent has `{name, description, sub_agents}`, one with a model `{model, instruction, tools}`
    besides, a workflow `{name, type, graph: {nodes, edges}}`.
    """
    if isinstance(agent, NodeAgent):
        return _node(agent.node)
    tree: dict[str, Any] = {
        "name": agent.name,
        "description": agent.description,
        "sub_agents": [agent_tree(child) for child in agent.sub_agents],
    }
    if isinstance(agent, LlmAgent):
        tree |= {
            "model": agent.model.model if isinstance(agent.model, BaseLlm) else agent.model,
            "instruction": instruction_text(agent.instruction),
            "tools": [{"name": _tool_name(tool), "type": "tool"} for tool in agent.canonical_tools],
        }
    return tree


def _node(node: BaseNode) -> dict[str, Any]:
    if node is START:
        return {"name": node.name, "type": "start"}
    agent, graph = getattr(node, "agent", None), getattr(node, "graph", None)
    if isinstance(agent, BaseAgent):
        return {**agent_tree(agent), "name": node.name, "type": "agent"}
    if graph is None:
        return {"name": node.name, "type": _KINDS.get(type(node).__name__, "node")}
    edges = [
        {"from_node": _end(edge.from_node), "to_node": _end(edge.to_node), "route": edge.route}
        for edge in graph.edges
    ]
    nodes = [_node(inner) for inner in graph.nodes]
    return {"name": node.name, "type": "workflow", "graph": {"nodes": nodes, "edges": edges}}


def _end(node: BaseNode) -> dict[str, str]:
    return {"name": node.name}


def _tool_name(tool: Any) -> str:
    return tool.name if isinstance(tool, BaseTool) else type(tool).__name__
