"""Workflows: graphs of functions, agents and tools."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.errors import DynamicNodeFailError as DynamicNodeFailError
    from adkconf.errors import GraphValidationError as GraphValidationError
    from adkconf.errors import NodeTimeoutError as NodeTimeoutError
    from adkconf.errors import WorkflowConfigurationError as WorkflowConfigurationError
    from adkconf.errors import WorkflowDataError as WorkflowDataError
    from adkconf.events.request_input import RequestInput as RequestInput
    from adkconf.soundness import DEFAULT_ROUTE as DEFAULT_ROUTE
    from adkconf.workflow.agent_node import AgentNode as AgentNode
    from adkconf.workflow.base_node import START as START
    from adkconf.workflow.base_node import BaseNode as BaseNode
    from adkconf.workflow.edge import Edge as Edge
    from adkconf.workflow.function_node import FunctionNode as FunctionNode
    from adkconf.workflow.join_node import JoinNode as JoinNode
    from adkconf.workflow.node_agent import NodeAgent as NodeAgent
    from adkconf.workflow.node_class import Node as Node
    from adkconf.workflow.node_decorator import node as node
    from adkconf.workflow.retry_config import RetryConfig as RetryConfig
    from adkconf.workflow.tool_node import ToolNode as ToolNode
    from adkconf.workflow.workflow import Workflow as Workflow

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "DEFAULT_ROUTE": "adkconf.soundness",
        "START": "adkconf.workflow.base_node",
        "AgentNode": "adkconf.workflow.agent_node",
        "BaseNode": "adkconf.workflow.base_node",
        "DynamicNodeFailError": "adkconf.errors",
        "Edge": "adkconf.workflow.edge",
        "FunctionNode": "adkconf.workflow.function_node",
        "GraphValidationError": "adkconf.errors",
        "JoinNode": "adkconf.workflow.join_node",
        "Node": "adkconf.workflow.node_class",
        "NodeAgent": "adkconf.workflow.node_agent",
        "NodeTimeoutError": "adkconf.errors",
        "RequestInput": "adkconf.events.request_input",
        "RetryConfig": "adkconf.workflow.retry_config",
        "ToolNode": "adkconf.workflow.tool_node",
        "Workflow": "adkconf.workflow.workflow",
        "WorkflowConfigurationError": "adkconf.errors",
        "WorkflowDataError": "adkconf.errors",
        "node": "adkconf.workflow.node_decorator",
    },
)
