"""From workflows as they are written to workflows that run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adkconf.builder.components import Components
from adkconf.builder.problems import NOT_SUPPORTED, NOT_USABLE, Fault
from adkconf.config.spec.agent import AgentNode, WorkflowNode, WorkflowSpec
from adkconf.config.spec.component import ToolSpec
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.workflow import (
    START,
    FunctionNodeSpec,
    JoinNodeSpec,
    NodeSpec,
    ObjectNodeSpec,
    RetrySpec,
    ToolNodeSpec,
)

_PARALLEL = ("parallel_worker", "max_parallel_workers")


class Workflows:
    """Builds workflows with their nodes; agents and tools are made by those who know how."""

    def __init__(
        self,
        components: Components,
        build_agent: Callable[[AgentNode], Any],
        make_tool: Callable[[ToolSpec], Any],
    ) -> None:
        self._components = components
        self._build_agent = build_agent
        self._make_tool = make_tool
        self._get = components.engine.get

    def build(self, spec: WorkflowSpec) -> Any:
        """Returns the workflow, or None, with its problems told."""
        nodes = {key: self._node(spec, key) for key in spec.nodes}
        if None in nodes.values():
            return None
        with self._components.problems.at(spec, f"workflow {spec.name!r} cannot be made"):
            fields = {
                "name": spec.name,
                "description": spec.description,
                "edges": self._edges(spec, {**nodes, START: START}),
                "max_concurrency": spec.max_concurrency,
                "timeout": spec.timeout,
                "retry_config": self._retry(spec.retry_config),
            }
            for name in ("input_schema", "output_schema", "state_schema"):
                schema = getattr(spec, name)
                is_reference = isinstance(schema, PythonRef)
                fields[name] = self._components.references.load(schema) if is_reference else schema
            return self._components.call(self._get("workflow.workflow:Workflow"), spec, fields)
        return None

    def _edges(self, spec: WorkflowSpec, nodes: dict[str, Any]) -> list[Any]:
        edge_class = self._get("workflow.edge:Edge")
        return [
            edge_class(
                from_node=nodes[spec.node_called(edge.from_node) or START],
                to_node=nodes[spec.node_called(edge.to_node) or START],
                route=list(edge.route) if isinstance(edge.route, tuple) else edge.route,
            )
            for edge in spec.edges
        ]

    def _node(self, workflow: WorkflowSpec, key: str) -> Any:
        spec: WorkflowNode = workflow.nodes[key]
        if not isinstance(spec, (FunctionNodeSpec, JoinNodeSpec, ToolNodeSpec, ObjectNodeSpec)):
            return self._build_agent(spec)
        with self._components.problems.at(spec, f"node {key!r} cannot be made"):
            return self._plain_node(key, spec)
        return None

    def _plain_node(
        self, key: str, spec: FunctionNodeSpec | JoinNodeSpec | ToolNodeSpec | ObjectNodeSpec
    ) -> Any:
        if isinstance(spec, JoinNodeSpec):
            return self._get("workflow.join_node:JoinNode")(name=spec.name or key)
        if isinstance(spec, ObjectNodeSpec):
            return self._object(spec)
        if isinstance(spec, ToolNodeSpec):
            node_class, own = "workflow.tool_node:ToolNode", {"tool": self._make_tool(spec.tool)}
        else:
            node_class, own = "workflow.function_node:FunctionNode", self._function(spec)
        fields = {**self._common(spec), **own}
        written = {name: value for name, value in fields.items() if value is not None}
        return self._get(node_class)(**written)

    def _object(self, spec: ObjectNodeSpec) -> Any:
        found = self._components.references.load(spec.ref)
        if not self._get("workflow.build:is_node_like")(found):
            raise Fault(NOT_USABLE, f"{spec.ref.text} is no node, agent, tool or function")
        return found

    def _function(self, spec: FunctionNodeSpec) -> dict[str, Any]:
        for name in _PARALLEL:
            if getattr(spec, name):
                message = f"this version does not support {name!r} of nodes"
                raise Fault(NOT_SUPPORTED, message, steps=(name,))
        return {
            "func": self._components.references.load(spec.func_code),
            "rerun_on_resume": spec.rerun_on_resume,
            "parameter_binding": spec.parameter_binding,
        }

    def _common(self, spec: NodeSpec) -> dict[str, Any]:
        return {
            "name": spec.name or None,
            "retry_config": self._retry(spec.retry_config),
            "timeout": spec.timeout,
        }

    def _retry(self, spec: RetrySpec | None) -> Any:
        if spec is None:
            return None
        return self._get("workflow.retry_config:RetryConfig")(**spec.model_dump(exclude_unset=True))
