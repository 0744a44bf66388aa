"""From workflows as they are written to workflows that run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adkconf.builder.components import Components
from adkconf.builder.credentials import auth_config
from adkconf.builder.engine import stranger_hint
from adkconf.builder.problems import NOT_USABLE, Fault, KnownFault
from adkconf.builder.schemas import Schemas
from adkconf.config.spec.agent import (
    PLAIN_NODES,
    AgentNode,
    AgentNodeSpec,
    WorkflowNode,
    WorkflowSpec,
)
from adkconf.config.spec.auth import AuthConfigSpec
from adkconf.config.spec.component import ToolSpec
from adkconf.config.spec.workflow import (
    START,
    FunctionNodeSpec,
    JoinNodeSpec,
    NodeOptions,
    ObjectNodeSpec,
    RetrySpec,
    ToolNodeSpec,
    WorkerOptions,
)

# Options that go to the nodes as they are written.
PLAIN_OPTIONS = ("name", "description", "timeout", "rerun_on_resume", "wait_for_output")
# Those that `node` takes; the others are fields of nodes only.
NODE_OPTIONS = ("name", "retry_config", "timeout", "rerun_on_resume")
FUNCTION_OPTIONS = ("parameter_binding", "require_confirmation")


class Workflows:
    """Builds workflows with their nodes; agents and tools are made by those who know how."""

    def __init__(
        self,
        components: Components,
        build_agent: Callable[[AgentNode], Any],
        make_tool: Callable[[ToolSpec], Any],
    ) -> None:
        self._components = components
        self._schemas = Schemas(components)
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
                **self._options(spec),
                "edges": self._edges(spec, {**nodes, START: self._get("workflow.base_node:START")}),
                "max_concurrency": spec.max_concurrency,
            }
            made = self._components.call(self._get("workflow.workflow:Workflow"), spec, fields)
            return self._for_each_item(made, spec)
        return None

    def _edges(self, spec: WorkflowSpec, nodes: dict[str, Any]) -> list[Any]:
        edge_class = self._get("workflow.edge:Edge")
        return [
            edge_class(
                from_node=nodes[spec.node_called(edge.from_node) or START],
                to_node=nodes[spec.node_called(edge.to_node) or START],
                route=routes(edge.route),
            )
            for edge in spec.edges
        ]

    def _node(self, workflow: WorkflowSpec, key: str) -> Any:
        spec: WorkflowNode = workflow.nodes[key]
        if not isinstance(spec, (AgentNodeSpec, *PLAIN_NODES)):
            return self._build_agent(spec)
        with self._components.problems.at(spec, f"node {key!r} cannot be made"):
            return self._special_node(key, spec)
        return None

    def _special_node(
        self,
        key: str,
        spec: AgentNodeSpec | FunctionNodeSpec | JoinNodeSpec | ToolNodeSpec | ObjectNodeSpec,
    ) -> Any:
        if isinstance(spec, ObjectNodeSpec):
            found = self._object(spec)
            # The key is a name that was chosen for it, or the reference itself.
            named = {"name": key} if key.isidentifier() else {}
            return self._get("workflow.build:build_node")(found, **named)
        options = self._options(spec)
        if isinstance(spec, JoinNodeSpec):
            return self._get("workflow.join_node:JoinNode")(**{"name": key, **options})
        given = {name: options.pop(name) for name in NODE_OPTIONS if name in options}
        made = self._make_node()(self._what_runs(spec), **given)
        return self._for_each_item(made.model_copy(update=options), spec)

    def _what_runs(self, spec: AgentNodeSpec | FunctionNodeSpec | ToolNodeSpec) -> Any:
        if isinstance(spec, AgentNodeSpec):
            if (agent := self._build_agent(spec.agent)) is None:
                raise KnownFault
            return agent
        if isinstance(spec, ToolNodeSpec):
            return self._make_tool(spec.tool)
        function = self._components.references.load(spec.func_code)
        written = {name: getattr(spec, name) for name in FUNCTION_OPTIONS}
        own = {name: value for name, value in written.items() if value is not None}
        if spec.auth_config is not None:
            own["auth_config"] = self._auth_config(spec.auth_config)
        # It is called when the answer has come, and the answer is no output.
        own["rerun_on_resume"] = bool(spec.require_confirmation or spec.auth_config)
        return self._get("workflow.function_node:FunctionNode")(func=function, **own)

    def _auth_config(self, spec: AuthConfigSpec) -> Any:
        try:
            return auth_config(spec, self._components)
        except Fault as fault:
            fault.steps = ("auth_config", *fault.steps)
            raise

    def _for_each_item(self, node: Any, spec: WorkerOptions) -> Any:
        if not spec.parallel_worker and spec.max_parallel_workers is None:
            return node
        return self._make_node()(
            node,
            parallel_worker=bool(spec.parallel_worker),
            max_parallel_workers=spec.max_parallel_workers,
        )

    def _make_node(self) -> Any:
        return self._get("workflow.node_decorator:node")

    def _object(self, spec: ObjectNodeSpec) -> Any:
        found = self._components.references.load(spec.ref)
        if isinstance(found, type) or not self._get("workflow.build:is_node_like")(found):
            hint = stranger_hint(found, self._get("workflow.base_node:BaseNode"))
            message = f"{spec.ref.text} is no node, agent, tool or function"
            raise Fault(NOT_USABLE, message, hint=hint)
        return found

    def _options(self, spec: NodeOptions) -> dict[str, Any]:
        """Returns the options that are written, as nodes take them."""
        options = {name: value for name in PLAIN_OPTIONS if (value := getattr(spec, name, None))}
        if spec.rerun_on_resume is False:
            options["rerun_on_resume"] = False
        if spec.retry_config is not None:
            options["retry_config"] = self._retry(spec.retry_config)
        if spec.state_schema is not None:
            options["state_schema"] = self._schemas.model(spec.state_schema)
        for name in ("input_schema", "output_schema"):
            if (schema := getattr(spec, name, None)) is not None:
                options[name] = self._schemas.checking(schema)
        return options

    def _retry(self, spec: RetrySpec) -> Any:
        return self._get("workflow.retry_config:RetryConfig")(**spec.model_dump(exclude_unset=True))


def routes(route: Any) -> Any:
    """Returns routes as an edge has them.

    The keys of a map are texts; one that looks like a number or a boolean stands for that too.
    """
    if not isinstance(route, str):
        return list(route) if isinstance(route, tuple) else route
    if route in ("true", "false"):
        return [route, route == "true"]
    return [route, int(route)] if route.removeprefix("-").isdecimal() else route
