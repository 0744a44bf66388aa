"""Whether edges make a sound graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from adkconf.errors import GraphValidationError
from adkconf.workflow.base_node import START
from adkconf.workflow.edge import DEFAULT_ROUTE
from adkconf.workflow.graph import Graph


def check_graph(graph: Graph) -> None:
    """Refuses a graph that could not be run.

    Raises:
        GraphValidationError: what is wrong with it.
    """
    for check in _CHECKS:
        check(graph)


def _names_are_unique(graph: Graph) -> None:
    counts = Counter(node.name for node in graph.nodes)
    if twice := sorted(name for name, count in counts.items() if count > 1):
        raise GraphValidationError(
            f"several nodes are named {', '.join(map(repr, twice))}; give each a name of its own, "
            "or use the same object when you mean the same node"
        )


def _start_is_a_start(graph: Graph) -> None:
    if START.name not in graph.by_name:
        raise GraphValidationError("no edge leads away from START; begin a chain with it")
    if graph.before(START.name):
        raise GraphValidationError("an edge leads to START; it can only stand at the beginning")
    for edge in graph.leaving(START.name):
        if edge.route is not None:
            raise GraphValidationError(
                f"the edge from START to {edge.to_node.name!r} has the route {edge.route!r}; "
                "START chooses no routes"
            )


def _all_can_be_reached(graph: Graph) -> None:
    reached: set[str] = set()
    todo = [START.name]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += [edge.to_node.name for edge in graph.leaving(name)]
    if lost := sorted(set(graph.by_name) - reached):
        raise GraphValidationError(
            f"no way leads from START to {', '.join(map(repr, lost))}; add an edge"
        )


def _edges_are_unique(graph: Graph) -> None:
    known: dict[tuple[str, str], list[object]] = {}
    for edge in graph.edges:
        ends = (edge.from_node.name, edge.to_node.name)
        routes: list[object] = list(edge.routes()) or [None]
        earlier = known.setdefault(ends, [])
        always = bool(earlier) and None in (*earlier, *routes)
        if always or any(route in earlier for route in routes):
            raise GraphValidationError(
                f"there are two edges from {ends[0]!r} to {ends[1]!r} for the same route; "
                "leave one out"
            )
        earlier += routes


def _default_stands_alone(graph: Graph) -> None:
    for edge in graph.edges:
        if isinstance(edge.route, list) and DEFAULT_ROUTE in edge.route:
            raise GraphValidationError(
                f"the edge from {edge.from_node.name!r} to {edge.to_node.name!r} has DEFAULT_ROUTE "
                "beside other routes; write an edge of its own for it"
            )


def _circles_can_be_left(graph: Graph) -> None:
    """Refuses circles of edges without routes: nothing would ever end them."""
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        if name in way:
            circle = " -> ".join((*way[way.index(name) :], name))
            raise GraphValidationError(
                f"the circle {circle} never ends; give one of its edges a route"
            )
        if name in done:
            return
        for edge in graph.leaving(name):
            if edge.route is None:
                visit(edge.to_node.name, (*way, name))
        done.add(name)

    for name in graph.by_name:
        visit(name, ())


def _schemas_agree(graph: Graph) -> None:
    for edge in graph.edges:
        given, taken = edge.from_node.output_schema, edge.to_node.input_schema
        if given and taken and not edge.to_node.waits_for_all and given != taken:
            raise GraphValidationError(
                f"{edge.from_node.name!r} produces {given!r}, but {edge.to_node.name!r} takes "
                f"{taken!r}; make them the same, or put a node between them"
            )


_CHECKS: tuple[Callable[[Graph], None], ...] = (
    _names_are_unique,
    _start_is_a_start,
    _all_can_be_reached,
    _edges_are_unique,
    _default_stands_alone,
    _circles_can_be_left,
    _schemas_agree,
)
