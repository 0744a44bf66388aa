"""A graph of nodes, itself a node."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, ClassVar

from pydantic import Field, PrivateAttr

from adkconf.agents.context import Context
from adkconf.errors import StateSchemaError, WorkflowConfigurationError
from adkconf.workflow.base_node import START, BaseNode
from adkconf.workflow.edge import EdgeReader
from adkconf.workflow.function_node import FunctionNode
from adkconf.workflow.graph import Graph
from adkconf.workflow.graph_checks import check_graph
from adkconf.workflow.graph_run import GraphRun


class Workflow(BaseNode):
    """Runs nodes along edges, from `START` on; the last node's output is the workflow's.

    An edge is a chain of nodes, `(START, a, b)`, in which a tuple stands for nodes side by side,
    `(a, (b, c), join)`, and a dict for a choice by route, `(a, {"yes": b, "no": (c, d)})`; or an
    `Edge`. Nodes are functions, agents, tools, other workflows and objects of node classes.

    `max_concurrency` limits the nodes that run at once; those of `ctx.run_node` do not count. A
    node that fails stops the others and the workflow. With `state_schema` (a pydantic model)
    state keys must be declared in it, those with a prefix aside.

    Raises:
        ValueError: the edges are no sound graph.
        StateSchemaError: a function's parameter is not declared in `state_schema`.
    """

    holds_nodes: ClassVar[bool] = True

    rerun_on_resume: bool = True
    edges: list[Any] = Field(default_factory=list)
    max_concurrency: int | None = None

    _graph: Graph = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        """Reads and checks the edges."""
        self._graph = Graph(tuple(EdgeReader.read(self.edges)))
        if self.edges:
            check_graph(self._graph)
        self._check_state_keys()

    @property
    def graph(self) -> Graph:
        """The nodes and edges."""
        return self._graph

    def nodes_inside(self) -> list[BaseNode]:
        """Returns the nodes without START."""
        return [node for node in self._graph.nodes if node is not START]

    def _check_state_keys(self) -> None:
        if (schema := self.state_schema) is None:
            return
        for node in self._graph.nodes:
            for key in node.state_keys if isinstance(node, FunctionNode) else ():
                if key not in schema.model_fields:
                    raise StateSchemaError(
                        f"parameter {key!r} of node {node.name!r} is not declared in "
                        f"{schema.__name__}; declared are: {', '.join(schema.model_fields)}"
                    )

    async def _run_impl(self, *, ctx: Context, node_input: Any) -> AsyncGenerator[Any, None]:
        run = GraphRun(self.name, self._graph, self.max_concurrency, ctx)
        outputs = await run.run(node_input)
        if ctx.node_run.interrupt_ids:
            return
        if len(outputs) > 1:
            raise WorkflowConfigurationError(
                f"{len(outputs)} last nodes of workflow {self.name!r} produced an output; a "
                "workflow has one: join them"
            )
        # The last node's event has told the output already.
        ctx.node_run.claimed = True
        ctx.node_run.output = self._fit_output(outputs[0]) if outputs else None
        await run.end()
        return
        yield  # makes it a generator, as that of every node is
