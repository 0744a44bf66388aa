"""Whether edges make a sound graph."""

from __future__ import annotations

from collections import Counter

from adkconf.errors import GraphValidationError
from adkconf.soundness import Link, Wiring
from adkconf.workflow.base_node import START
from adkconf.workflow.graph import Graph


def check_graph(graph: Graph) -> None:
    """Refuses a graph that could not be run.

    Raises:
        GraphValidationError: what is wrong with it.
    """
    _names_are_unique(graph)
    for flaw in _wiring(graph).flaws():
        raise GraphValidationError(f"{flaw.message}; {flaw.hint}")
    _schemas_agree(graph)
    _inputs_are_taken(graph)


def _wiring(graph: Graph) -> Wiring:
    links = (
        Link(edge.from_node.name, edge.to_node.name, tuple(edge.routes())) for edge in graph.edges
    )
    return Wiring(tuple(graph.by_name), START.name, tuple(links))


def _names_are_unique(graph: Graph) -> None:
    counts = Counter(node.name for node in graph.nodes)
    if twice := sorted(name for name, count in counts.items() if count > 1):
        raise GraphValidationError(
            f"several nodes are named {', '.join(map(repr, twice))}; give each a name of its own, "
            "or use the same object when you mean the same node"
        )


def _schemas_agree(graph: Graph) -> None:
    for edge in graph.edges:
        given, taken = edge.from_node.output_schema, edge.to_node.input_schema
        if given and taken and not edge.to_node.waits_for_all and given != taken:
            raise GraphValidationError(
                f"{edge.from_node.name!r} produces {given!r}, but {edge.to_node.name!r} takes "
                f"{taken!r}; make them the same, or put a node between them"
            )


def _inputs_are_taken(graph: Graph) -> None:
    for edge in graph.edges:
        if edge.from_node is not START and not edge.to_node.takes_input:
            raise GraphValidationError(
                f"{edge.to_node.name!r} is in mode 'chat' and would not see what "
                f"{edge.from_node.name!r} produces; leave out its mode, or put it behind START"
            )
