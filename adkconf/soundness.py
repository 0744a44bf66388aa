"""Whether edges between named nodes make a graph that can be run.

The language checks workflows with it as they are written, the runtime as they are made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

DEFAULT_ROUTE = "__DEFAULT__"
"""The route of the edge that is followed when no other one fits."""

Route = bool | int | str


@dataclass(frozen=True)
class Link:
    """An edge from one node to another; without routes it is always followed."""

    source: str
    target: str
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True)
class Flaw:
    """What is wrong, how to mend it, and the edge (by position) or node it is about."""

    message: str
    hint: str
    link: int | None = None
    node: str | None = None


@dataclass(frozen=True)
class Wiring:
    """Nodes by name, the one where runs begin, and the edges in the order they are written."""

    nodes: tuple[str, ...]
    start: str
    links: tuple[Link, ...]

    @cached_property
    def _leaving(self) -> dict[str, list[Link]]:
        leaving: dict[str, list[Link]] = {}
        for link in self.links:
            leaving.setdefault(link.source, []).append(link)
        return leaving

    def flaws(self) -> Iterator[Flaw]:
        """Yields everything that keeps the graph from being run."""
        yield from self._start_is_a_start()
        yield from self._all_can_be_reached()
        yield from self._links_are_unique()
        yield from self._default_stands_alone()
        yield from self._circles_can_be_left()

    def _start_is_a_start(self) -> Iterator[Flaw]:
        if self.start not in self._leaving:
            yield Flaw("no edge leads away from START", "begin a chain with it")
        for index, link in enumerate(self.links):
            if link.target == self.start:
                hint = "it can only stand at the beginning"
                yield Flaw("an edge leads to START", hint, link=index)
            if link.source == self.start and link.routes:
                message = f"the edge from START to {link.target!r} has a route: {_said(link)}"
                yield Flaw(message, "START chooses no routes", link=index)

    def _all_can_be_reached(self) -> Iterator[Flaw]:
        if self.start not in self._leaving:
            return
        reached: set[str] = set()
        todo = [self.start]
        while todo:
            if (name := todo.pop()) not in reached:
                reached.add(name)
                todo += [link.target for link in self._leaving.get(name, ())]
        for name in self.nodes:
            if name not in reached:
                yield Flaw(f"no way leads from START to {name!r}", "add an edge", node=name)

    def _links_are_unique(self) -> Iterator[Flaw]:
        known: dict[tuple[str, str], list[Route | None]] = {}
        for index, link in enumerate(self.links):
            routes: Sequence[Route | None] = link.routes or (None,)
            earlier = known.setdefault((link.source, link.target), [])
            always = bool(earlier) and None in (*earlier, *routes)
            if always or any(route in earlier for route in routes):
                message = f"there are two edges from {link.source!r} to {link.target!r}"
                yield Flaw(f"{message} for the same route", "leave one out", link=index)
            earlier += routes

    def _default_stands_alone(self) -> Iterator[Flaw]:
        for index, link in enumerate(self.links):
            if DEFAULT_ROUTE in link.routes and len(link.routes) > 1:
                message = (
                    f"the edge from {link.source!r} to {link.target!r} has {DEFAULT_ROUTE} "
                    "beside other routes"
                )
                yield Flaw(message, "write an edge of its own for it", link=index)

    def _circles_can_be_left(self) -> Iterator[Flaw]:
        done: set[str] = set()
        for name in self.nodes:
            if name not in done:
                yield from self._circles_from(name, done)

    def _circles_from(self, first: str, done: set[str]) -> Iterator[Flaw]:
        """Walks all ways that start at a node; they can be longer than Python's stack."""
        way = {first: self._always_followed(first)}
        while way:
            done.add(last := next(reversed(way)))
            link = next(way[last], None)
            if link is None:
                del way[last]
            elif link.target in way:
                around = [*way]
                circle = " -> ".join((*around[around.index(link.target) :], link.target))
                hint = "give one of its edges a route"
                index = self.links.index(link)
                yield Flaw(f"the circle {circle} never ends", hint, link=index)
            elif link.target not in done:
                way[link.target] = self._always_followed(link.target)

    def _always_followed(self, name: str) -> Iterator[Link]:
        return (link for link in self._leaving.get(name, ()) if not link.routes)


def _said(link: Link) -> str:
    return ", ".join(map(repr, link.routes))
