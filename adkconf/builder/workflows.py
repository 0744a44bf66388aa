"""From workflows as they are written to workflows that run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adkconf.builder.components import Components
from adkconf.builder.problems import NOT_USABLE, Fault
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
        doing = f"workflow {spec.name!r} cannot be made"
        with self._components.problems.at(spec, doing, "edges"):
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
                route=_routes(edge.route),
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
            found = self._object(spec)
            # The key is a name that was chosen for it, or the reference itself.
            return self._make_node()(found, name=key) if key.isidentifier() else found
        if isinstance(spec, ToolNodeSpec):
            node_class, own = "workflow.tool_node:ToolNode", {"tool": self._make_tool(spec.tool)}
        else:
            node_class, own = "workflow.function_node:FunctionNode", self._function(spec)
        fields = {**self._common(spec), **own}
        written = {name: value for name, value in fields.items() if value is not None}
        node = self._get(node_class)(**written)
        return self._for_each_item(node, spec) if isinstance(spec, FunctionNodeSpec) else node

    def _for_each_item(self, node: Any, spec: FunctionNodeSpec) -> Any:
        if spec.parallel_worker or spec.max_parallel_workers is not None:
            parallel = {name: getattr(spec, name) for name in _PARALLEL}
            return self._make_node()(node, **parallel)
        return node

    def _make_node(self) -> Any:
        return self._get("workflow.node_decorator:node")

    def _object(self, spec: ObjectNodeSpec) -> Any:
        found = self._components.references.load(spec.ref)
        if isinstance(found, type) or not self._get("workflow.build:is_node_like")(found):
            raise Fault(NOT_USABLE, f"{spec.ref.text} is no node, agent, tool or function")
        return found

    def _function(self, spec: FunctionNodeSpec) -> dict[str, Any]:
        return {
            "func": self._components.references.load(spec.func_code),
            "rerun_on_resume": spec.rerun_on_resume,
            "parameter_binding": spec.parameter_binding,
            "require_confirmation": spec.require_confirmation,
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


def _routes(route: Any) -> Any:
    """Returns routes as an edge has them.

    The keys of a map are texts; one that looks like a number or a boolean stands for that too.
    """
    if not isinstance(route, str):
        return list(route) if isinstance(route, tuple) else route
    if route in ("true", "false"):
        return [route, route == "true"]
    return [route, int(route)] if route.removeprefix("-").isdecimal() else route
