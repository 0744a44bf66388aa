"""Workflows as Python: their nodes as variables, then their edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from adkconf.builder.workflows import (
    FUNCTION_OPTIONS,
    NODE_OPTIONS,
    PLAIN_OPTIONS,
    routes,
)
from adkconf.config.spec.agent import (
    PLAIN_NODES,
    AgentNode,
    AgentNodeSpec,
    WorkflowSpec,
)
from adkconf.config.spec.auth import AuthConfigSpec
from adkconf.config.spec.component import ToolSpec
from adkconf.config.spec.section import Section
from adkconf.config.spec.workflow import (
    START,
    EdgeSpec,
    FunctionNodeSpec,
    JoinNodeSpec,
    NodeOptions,
    ObjectNodeSpec,
    ToolNodeSpec,
    WorkerOptions,
)
from adkconf.exchange.components import ComponentWriter
from adkconf.exchange.python_text import Call, Code, Expression, Pairs, list_of, literal

_MODEL_TYPE = "adkconf.agents.json_schema:model_type"


class _WriteSchema(Protocol):
    def __call__(self, written: Any, *, checking: bool, of: Section, field: str) -> Expression: ...


class WorkflowWriter:
    """Writes workflows; agents, tools and schemas are written by those who know how."""

    def __init__(
        self,
        writer: ComponentWriter,
        write_agent: Callable[[AgentNode], Code],
        write_tool: Callable[[ToolSpec], Expression],
        write_schema: _WriteSchema,
    ) -> None:
        self._writer = writer
        self._module = writer.module
        self._values = writer.values
        self._write_agent = write_agent
        self._write_tool = write_tool
        self._write_schema = write_schema

    def write(self, spec: WorkflowSpec) -> Expression:
        """Adds the nodes to the module and returns the workflow.

        Raises:
            KnownFault: a node cannot be written, and that has been told.
        """
        nodes = {key: self._node(spec, key) for key in spec.nodes}
        fields = {"name": self._values.of(spec.name, spec, "name"), **self._options(spec)}
        nodes[START] = self._writer.address("workflow.base_node:START")
        fields["edges"] = list_of(self._edge(spec, edge, nodes) for edge in spec.edges)
        if spec.max_concurrency is not None:
            fields["max_concurrency"] = self._values.of(
                spec.max_concurrency, spec, "max_concurrency"
            )
        made = Call(self._writer.address("workflow.workflow:Workflow").text, fields)
        return self._for_each_item(made, spec)

    def _edge(self, spec: WorkflowSpec, edge: EdgeSpec, nodes: dict[str, Expression]) -> Expression:
        fields = {
            "from_node": nodes[spec.node_called(edge.from_node) or START],
            "to_node": nodes[spec.node_called(edge.to_node) or START],
        }
        if edge.route is not None:
            fields["route"] = literal(routes(edge.route))
        return Call(self._writer.address("workflow.edge:Edge").text, fields)

    def _node(self, workflow: WorkflowSpec, key: str) -> Expression:
        spec = workflow.nodes[key]
        if not isinstance(spec, (AgentNodeSpec, *PLAIN_NODES)):
            return self._write_agent(spec)
        with self._writer.components.problems.at(spec, f"node {key!r} cannot be written"):
            if isinstance(spec, ObjectNodeSpec):
                return self._object(key, spec)
            name = spec.name or key
            return self._module.assign(name, self._special_node(key, spec), "node")
        return Code("None")

    def _object(self, key: str, spec: ObjectNodeSpec) -> Expression:
        name = self._writer.reference(spec.ref)
        if not key.isidentifier() and self._stands_in_edges(spec):
            return name
        fields = {"name": literal(key)} if key.isidentifier() else {}
        key = key if fields else name.text.rpartition(".")[2]
        return self._module.assign(key, Call(self._node_function(), fields, (name,)), "node")

    def _stands_in_edges(self, spec: ObjectNodeSpec) -> bool:
        """Tells whether the engine's edges take the object itself."""
        components = self._writer.components
        found = components.references.load(spec.ref)
        is_node = isinstance(found, components.engine.get("workflow.base_node:BaseNode"))
        return is_node or components.engine.name == "adkconf"

    def _special_node(
        self, key: str, spec: AgentNodeSpec | FunctionNodeSpec | JoinNodeSpec | ToolNodeSpec
    ) -> Expression:
        options = self._options(spec)
        if spec.name:
            options = {"name": self._values.of(spec.name, spec, "name"), **options}
        if isinstance(spec, JoinNodeSpec):
            fields = {"name": literal(key), **options}
            return Call(self._writer.address("workflow.join_node:JoinNode").text, fields)
        given = {name: options.pop(name) for name in NODE_OPTIONS if name in options}
        made: Expression = self._what_runs(spec)
        if given or not isinstance(spec, FunctionNodeSpec):
            made = Call(self._node_function(), given, (made,))
        if options:
            update = Pairs(tuple((literal(name), item) for name, item in options.items()))
            variable = self._module.assign(spec.name or key, made, "node")
            made = Call(f"{variable.text}.model_copy", {"update": update})
        return self._for_each_item(made, spec)

    def _what_runs(self, spec: AgentNodeSpec | FunctionNodeSpec | ToolNodeSpec) -> Expression:
        if isinstance(spec, AgentNodeSpec):
            return self._write_agent(spec.agent)
        if isinstance(spec, ToolNodeSpec):
            return self._write_tool(spec.tool)
        fields: dict[str, Expression] = {"func": self._writer.reference(spec.func_code)}
        for name in FUNCTION_OPTIONS:
            if (value := getattr(spec, name)) is not None:
                fields[name] = self._values.of(value, spec, name)
        if spec.auth_config is not None:
            fields["auth_config"] = self._auth_config(spec.auth_config)
        again = bool(spec.require_confirmation or spec.auth_config)
        fields["rerun_on_resume"] = literal(again)
        return Call(self._writer.address("workflow.function_node:FunctionNode").text, fields)

    def _auth_config(self, spec: AuthConfigSpec) -> Expression:
        kind = self._writer.address("auth.auth_tool:AuthConfig").text
        return Call(kind, self._writer.fields(spec))

    def _for_each_item(self, node: Expression, spec: WorkerOptions) -> Expression:
        if not spec.parallel_worker and spec.max_parallel_workers is None:
            return node
        limit = self._values.of(spec.max_parallel_workers, spec, "max_parallel_workers")
        fields = {
            "parallel_worker": literal(bool(spec.parallel_worker)),
            **({"max_parallel_workers": limit} if spec.max_parallel_workers else {}),
        }
        return Call(self._node_function(), fields, (node,))

    def _node_function(self) -> str:
        return self._writer.address("workflow.node_decorator:node").text

    def _options(self, spec: NodeOptions) -> dict[str, Expression]:
        """Returns the options that are written, the name aside."""
        options = {
            name: self._values.of(value, spec, name)
            for name in PLAIN_OPTIONS
            if name != "name" and (value := getattr(spec, name, None))
        }
        if spec.rerun_on_resume is False:
            options["rerun_on_resume"] = literal(False)
        if spec.retry_config is not None:
            kind = self._writer.address("workflow.retry_config:RetryConfig").text
            fields = self._writer.fields(spec.retry_config)
            options["retry_config"] = Call(kind, fields)
        if spec.state_schema is not None:
            options["state_schema"] = self._model_type(spec)
        for name in ("input_schema", "output_schema"):
            if (schema := getattr(spec, name, None)) is not None:
                options[name] = self._write_schema(schema, checking=True, of=spec, field=name)
        return options

    def _model_type(self, spec: NodeOptions) -> Expression:
        schema = spec.state_schema
        written = self._write_schema(schema, checking=False, of=spec, field="state_schema")
        if not isinstance(written, Pairs):
            return written
        return Call(self._module.at(_MODEL_TYPE).text, args=(written,))
