"""Which edges make a workflow, and what is said of those that do not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from adkconf.agents import LlmAgent
from adkconf.errors import StateSchemaError
from adkconf.tools import FunctionTool
from adkconf.workflow import (
    DEFAULT_ROUTE,
    START,
    AgentNode,
    Edge,
    FunctionNode,
    JoinNode,
    ToolNode,
    Workflow,
    WorkflowConfigurationError,
    node,
)


def a() -> None: ...
def b() -> None: ...
def c() -> None: ...


def pairs(*edges: Any) -> list[tuple[str, str, Any]]:
    graph = Workflow(name="wf", edges=list(edges)).graph
    return [(e.from_node.name, e.to_node.name, e.route) for e in graph.edges]


S = "__START__"


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ([(START, a, b)], [(S, "a", None), ("a", "b", None)]),
        ([("START", a)], [(S, "a", None)]),
        (
            [[START, [a, b], c]],
            [(S, "a", None), (S, "b", None), ("a", "c", None), ("b", "c", None)],
        ),
        ([(START, a, {"x": b, 2: (b, c)})], None),
        ([(START, a, {"x": b, True: c})], [(S, "a", None), ("a", "b", "x"), ("a", "c", True)]),
        (
            [(START, a, {"x": b, DEFAULT_ROUTE: b}, c)],
            [(S, "a", None), ("a", "b", "x"), ("a", "b", DEFAULT_ROUTE), ("b", "c", None)],
        ),
    ],
)
def test_short_forms_become_edges(edges: Any, expected: Any) -> None:
    if expected is None:
        expected = [(S, "a", None), ("a", "b", "x"), ("a", "b", 2), ("a", "c", 2)]
    assert list(dict.fromkeys(pairs(*edges))) == expected


def test_everything_that_runs_can_be_a_node() -> None:
    agent = LlmAgent(name="agent")
    inner = Workflow(name="inner", edges=[(START, a)])
    flow = Workflow(
        name="wf", edges=[(START, a, agent, FunctionTool(b), inner, JoinNode(name="j"))]
    )
    kinds = [type(item) for item in flow.nodes_inside()]
    assert kinds == [FunctionNode, AgentNode, ToolNode, Workflow, JoinNode]


first = node(a)


@pytest.mark.parametrize(
    ("edges", "message"),
    [
        ([(a, b)], "no edge leads away from START"),
        ([(START, a), (a, START)], "leads to START"),
        ([(START, a), (b, c)], "no way leads from START to 'b'; add an edge"),
        ([(START, a, b), (START, node(c, name="a"))], "several nodes are named 'a'"),
        ([(START, a, b), (a, b)], "two edges from 'a' to 'b'"),
        ([(START, a, {"x": b}), (a, b)], "two edges from 'a' to 'b'"),
        ([(START, a, b, c, a)], "circle a -> b -> c -> a never ends"),
        ([(START, {"x": a})], "START chooses no routes"),
        ([(START, a, {})], "a map of routes needs one route"),
        ([(START, a, {1.5: b})], "a route must be a string"),
        ([(START, a, {"x": b}, {"y": c})], "a map of routes cannot follow another"),
        ([(START,)], "a chain needs two nodes"),
        (["a"], "is no edge"),
        ([(START, 3)], "cannot be a node"),
        (
            [(START, first), Edge(from_node=first, to_node=b, route=["x", DEFAULT_ROUTE])],
            "__DEFAULT__ beside other routes",
        ),
    ],
)
def test_edges_that_make_no_graph_are_refused(edges: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Workflow(name="wf", edges=edges)


class In(BaseModel):
    x: int


class Out(BaseModel):
    y: int


def test_schemas_of_neighbours_must_agree() -> None:
    def make() -> Out: ...
    def take(node_input: In) -> None: ...

    with pytest.raises(ValueError, match="'make' produces .* but 'take' takes"):
        Workflow(name="wf", edges=[(START, make, take)])


def test_parameters_must_be_declared_in_the_state_schema() -> None:
    def read(x: int, z: int, ctx: Any, node_input: Any) -> None: ...

    with pytest.raises(StateSchemaError, match="'z' of node 'read' is not declared in In"):
        Workflow(name="wf", state_schema=In, edges=[(START, read)])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: node(a, max_parallel_workers=2), "needs parallel_worker"),
        (lambda: node(a, parallel_worker=True, max_parallel_workers=0), "greater than or equal"),
        (lambda: node(a, name="no name"), "must be an identifier"),
        (lambda: node(3), "cannot be a node"),
        (lambda: FunctionNode(func=3), "is no function"),  # type: ignore[arg-type]
        (lambda: Workflow(name="wf", edge=[]), "Extra inputs"),  # type: ignore[call-arg]
    ],
)
def test_options_that_cannot_work_are_refused(make: Any, message: str) -> None:
    with pytest.raises((ValidationError, WorkflowConfigurationError), match=message):
        make()


def test_unknown_options_of_node_are_refused() -> None:
    with pytest.raises(TypeError, match="node\\(\\) has no option retries"):
        node(a, retries=3)  # type: ignore[call-overload]


def test_node_decorates_with_and_without_options() -> None:
    @node
    def plain() -> None: ...

    @node(name="other", rerun_on_resume=True, timeout=3)
    def named() -> None: ...

    assert isinstance(plain, FunctionNode)
    assert plain.name == "plain"
    assert (named.name, named.rerun_on_resume, named.timeout) == ("other", True, 3)


def test_a_copy_of_a_node_keeps_the_original() -> None:
    original = node(a)
    copy = node(original, name="copy", timeout=1)
    assert (original.name, original.timeout, copy.name, copy.timeout) == ("a", None, "copy", 1)


def test_a_bound_method_is_the_same_node_wherever_it_stands() -> None:
    class Steps:
        def one(self) -> None: ...
        def two(self) -> None: ...

    steps = Steps()
    flow = Workflow(name="wf", edges=[(START, steps.one), (steps.one, steps.two)])
    assert [item.name for item in flow.nodes_inside()] == ["one", "two"]


def test_options_that_a_node_does_not_have_are_refused() -> None:
    with pytest.raises(ValueError, match="JoinNode 'j' has no option parameter_binding"):
        node(JoinNode(name="j"), parameter_binding="node_input")
    with pytest.raises(ValueError, match="must be an identifier"):
        node(JoinNode(name="j"), name="no name")
