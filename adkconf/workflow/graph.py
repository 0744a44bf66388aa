"""A workflow's nodes and edges, and where a node's end leads."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from adkconf.soundness import DEFAULT_ROUTE
from adkconf.workflow.base_node import START, BaseNode
from adkconf.workflow.edge import Edge

logger = logging.getLogger("adkconf.workflow")


@dataclass(frozen=True)
class Graph:
    """Edges between nodes; `graph_checks` tells whether they are sound."""

    edges: tuple[Edge, ...]

    @cached_property
    def nodes(self) -> tuple[BaseNode, ...]:
        """Every node once, START included, in the order they are written."""
        ends = (node for edge in self.edges for node in (edge.from_node, edge.to_node))
        return tuple({id(node): node for node in ends}.values())

    @cached_property
    def by_name(self) -> dict[str, BaseNode]:
        """The nodes by their names."""
        return {node.name: node for node in self.nodes}

    @cached_property
    def terminals(self) -> frozenset[str]:
        """The names of the nodes that no edge leads away from; their output is the workflow's."""
        inner = {edge.from_node.name for edge in self.edges}
        return frozenset(self.by_name) - inner

    def leaving(self, name: str) -> list[Edge]:
        """Returns the edges away from a node."""
        return [edge for edge in self.edges if edge.from_node.name == name]

    def before(self, name: str) -> list[str]:
        """Returns the names of a node's predecessors, START included."""
        return [edge.from_node.name for edge in self.edges if edge.to_node.name == name]

    def after(self, name: str, route: Any) -> list[str]:
        """Returns the names of the nodes that a node's end starts, given the route it chose."""
        chosen = route if isinstance(route, list) else [route]
        always: list[str] = []
        fitting: list[str] = []
        otherwise: list[str] = []
        for edge in self.leaving(name):
            target = edge.to_node.name
            if edge.route is None:
                always.append(target)
            elif edge.route == DEFAULT_ROUTE:
                otherwise.append(target)
            elif any(item in edge.routes() for item in chosen if item is not None):
                fitting.append(target)
        following = always + (fitting or otherwise)
        if not following and self.leaving(name):
            logger.warning(
                "no edge away from node %r fits the route %r; it ends there", name, route
            )
        return [node for node in self.by_name if node in following and node != START.name]
