"""Makes nodes of what may stand in an edge."""

from __future__ import annotations

from typing import Any

from adkconf.agents.base_agent import BaseAgent
from adkconf.errors import WorkflowConfigurationError
from adkconf.tools.base_tool import BaseTool
from adkconf.workflow.agent_node import AgentNode
from adkconf.workflow.base_node import START, BaseNode
from adkconf.workflow.function_node import FunctionNode
from adkconf.workflow.tool_node import ToolNode


def is_node_like(item: Any) -> bool:
    """Tells whether `build_node` makes a node of it."""
    return item == "START" or isinstance(item, (BaseNode, BaseAgent, BaseTool)) or callable(item)


def build_node(item: Any, **fields: Any) -> BaseNode:
    """Returns a node of a node, an agent, a tool, a function or "START".

    `fields` replace those of the node; a node that is given is copied then.

    Raises:
        WorkflowConfigurationError: nothing of the kind.
    """
    if isinstance(item, str) and item == "START":
        return START
    if isinstance(item, BaseNode):
        return item.with_options(**fields) if fields else item
    if isinstance(item, BaseAgent):
        return AgentNode(agent=item, **fields)
    if isinstance(item, BaseTool):
        return ToolNode(tool=item, **fields)
    if callable(item):
        return FunctionNode(func=item, **fields)
    raise WorkflowConfigurationError(
        f"{item!r} cannot be a node: give a node, an agent, a tool, a function or START"
    )
