"""The edges of a workflow, and the short forms they are written in."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

from adkconf.errors import WorkflowConfigurationError
from adkconf.workflow.base_node import BaseNode
from adkconf.workflow.build import build_node, is_node_like

RouteValue = bool | int | str


class Edge(BaseModel):
    """From one node to another; with a `route` (or a list of them) only when that is chosen.

    Agents, tools and functions are made into nodes.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    from_node: Any
    to_node: Any
    route: RouteValue | list[RouteValue] | None = None

    @field_validator("from_node", "to_node")
    @classmethod
    def _usable_end(cls, item: Any) -> Any:
        if not is_node_like(item):
            raise ValueError(f"{item!r} is no node, agent, tool or function")
        return item

    def routes(self) -> list[RouteValue]:
        """Returns the routes it is for; none means always."""
        if self.route is None:
            return []
        return self.route if isinstance(self.route, list) else [self.route]


class EdgeReader:
    """Reads edges as they are written; the same object is the same node wherever it stands."""

    def __init__(self) -> None:
        self._made: dict[Any, BaseNode] = {}

    @classmethod
    def read(cls, items: Iterable[Any]) -> list[Edge]:
        """Returns one edge for each pair of nodes.

        Raises:
            WorkflowConfigurationError: something is neither an edge nor a chain of nodes.
        """
        reader = cls()
        return [edge for item in items for edge in reader._edges(item)]

    def _edges(self, item: Any) -> Iterator[Edge]:
        if isinstance(item, Edge):
            yield self._edge(item.from_node, item.to_node, item.route)
        elif isinstance(item, (tuple, list)):
            if len(item) < 2:
                raise WorkflowConfigurationError(f"a chain needs two nodes or more, not {item!r}")
            for before, after in pairwise(item):
                yield from self._links(before, after)
        else:
            raise WorkflowConfigurationError(
                f"{item!r} is no edge: write a tuple of nodes, or Edge(from_node=..., to_node=...)"
            )

    def _links(self, before: Any, after: Any) -> Iterator[Edge]:
        if isinstance(before, dict) and isinstance(after, dict):
            raise WorkflowConfigurationError(
                "a map of routes cannot follow another one; write two chains"
            )
        for route, targets in _targets(after):
            for source in _members(before):
                for target in targets:
                    yield self._edge(source, target, route)

    def _edge(self, source: Any, target: Any, route: Any) -> Edge:
        return Edge(from_node=self._node(source), to_node=self._node(target), route=route)

    def _node(self, item: Any) -> BaseNode:
        # Each look at a method of an object makes a new bound method; they are equal, though.
        key = item if inspect.ismethod(item) else id(item)
        if key not in self._made:
            self._made[key] = build_node(item)
        return self._made[key]


def _targets(element: Any) -> list[tuple[RouteValue | None, list[Any]]]:
    if not isinstance(element, dict):
        return [(None, _members(element))]
    if not element:
        raise WorkflowConfigurationError("a map of routes needs one route or more")
    for route in element:
        if not isinstance(route, (bool, int, str)):
            raise WorkflowConfigurationError(
                f"a route must be a string, a number or a boolean, not {route!r}"
            )
    return [(route, _members(target)) for route, target in element.items()]


def _members(element: Any) -> list[Any]:
    """Returns the nodes of a chain's element: one, several side by side, or those of all routes."""
    if isinstance(element, dict):
        targets = (node for target in element.values() for node in _members(target))
        return list({id(node): node for node in targets}.values())
    return list(element) if isinstance(element, (tuple, list)) else [element]
