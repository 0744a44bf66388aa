"""Brings the edges of a workflow into one form.

They may be chains, with lists for nodes side by side and maps for routes, and nodes may be written
right there. Afterwards all nodes stand under `nodes`, and each edge has the names of two of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise

from adkconf.config.located import join_path
from adkconf.config.nodes import Entry, Mapping, Node, Scalar, Sequence
from adkconf.config.problems import Problems
from adkconf.config.span import Span
from adkconf.config.spec.reference import is_reference
from adkconf.config.suggestion import did_you_mean

# Lists of nodes side by side make an edge from each to each.
MAX_EDGES = 2000

_EDGE_KEYS = ("from_node", "to_node", "route")
_NODE_KEYS = ("agent_class", "config_path", "func_code")
_AGENT_KEYS = {"name", "description", "model", "instruction", "tools", "output_key"}
_FILES = (".yaml", ".yml")


def settle_edges(workflow: Mapping, problems: Problems, path: str) -> Mapping:
    """Returns the workflow with `nodes` and edges between names; notes what is wrong."""
    edges = workflow.get("edges")
    nodes = workflow.get("nodes")
    written = nodes.entries if isinstance(nodes, Mapping) else {}
    named = {name: _named(name, entry) for name, entry in written.items()}
    if not isinstance(edges, Sequence):
        return _with_nodes(workflow, named) if written else workflow
    reader = _Reader(problems, named)
    read = (
        edge
        for index, item in enumerate(edges.items)
        for edge in reader.edges(item, join_path(join_path(path, "edges"), index))
    )
    settled = tuple(islice(read, MAX_EDGES))
    if next(read, None) is not None:
        message = f"the workflow has more than {MAX_EDGES:,} edges"
        problems.add(workflow.entries["edges"].key_span, "E103", message, path=path)
    span = nodes.span if nodes is not None else edges.span
    entries = dict(workflow.entries)
    kept: Node = Sequence(edges.span, settled)
    if edges.items and not settled:
        # What is wrong with all of them is noted.
        kept = Scalar(edges.span, None, "", broken=True)
    entries["edges"] = Entry(entries["edges"].key_span, kept)
    if nodes is None or isinstance(nodes, Mapping):
        key_span = entries["nodes"].key_span if nodes is not None else span
        entries["nodes"] = Entry(key_span, Mapping(span, reader.nodes))
    return Mapping(workflow.span, entries)


def _with_nodes(workflow: Mapping, nodes: dict[str, Entry]) -> Mapping:
    written = workflow.entries["nodes"]
    entry = Entry(written.key_span, Mapping(written.node.span, nodes))
    return Mapping(workflow.span, {**workflow.entries, "nodes": entry})


class _Reader:
    def __init__(self, problems: Problems, nodes: dict[str, Entry]) -> None:
        self.nodes = nodes
        self._problems = problems
        # A node inside a chain is come across twice: as the end of an edge and as its beginning.
        self._names: dict[int, Scalar] = {}

    def edges(self, item: Node, path: str) -> Iterator[Mapping]:
        if isinstance(item, Mapping):
            yield from self._single(item, path)
        elif isinstance(item, Sequence) and len(item.items) > 1:
            self._check_filled(item, path)
            for (_, before), (index, after) in pairwise(enumerate(item.items)):
                yield from self._links(before, after, join_path(path, index))
        else:
            message = "an edge is a list of two nodes or more, or {from_node: …, to_node: …}"
            self._problems.add(item.span, "E203", message, path=path)

    def _check_filled(self, chain: Sequence, path: str) -> None:
        for index, node in enumerate(chain.items):
            below = join_path(path, index)
            self._check_any(node, below)
            if isinstance(node, Mapping) and self._is_routes(node):
                for route, entry in node.entries.items():
                    self._check_any(entry.node, join_path(below, route))

    def _check_any(self, node: Node, path: str) -> None:
        if node in (Sequence(node.span, ()), Mapping(node.span, {})):
            message = "expected nodes or routes; there are none in it"
            self._problems.add(node.span, "E205", message, path=path)

    def _single(self, item: Mapping, path: str) -> Iterator[Mapping]:
        for key, entry in item.entries.items():
            if key not in _EDGE_KEYS:
                hint = did_you_mean(key, _EDGE_KEYS) or "a chain of nodes is a list: [START, a, b]"
                at, below = entry.key_span, join_path(path, key)
                self._problems.add(at, "E201", f"unknown key {key!r}", hint=hint, path=below)
        source, target = item.get("from_node"), item.get("to_node")
        if source is None or target is None:
            if item.entries.keys() <= set(_EDGE_KEYS):
                message = "the edge needs both from_node and to_node"
                self._problems.add(item.span, "E202", message, path=path)
            return
        ends = (self._node(source, path), self._node(target, path))
        route = self._route(item.get("route"), join_path(path, "route"))
        if ends[0] is not None and ends[1] is not None:
            yield _edge(ends[0], ends[1], route)

    def _route(self, node: Node | None, path: str) -> Node | None:
        """Returns the route, or routes, of an edge; None if there is none that can be used."""
        items = node.items if isinstance(node, Sequence) else () if node is None else (node,)
        for item in items:
            if (
                not isinstance(item, Scalar)
                or isinstance(item.value, float)
                or (item.value is None and isinstance(node, Sequence) and not item.broken)
            ):
                message = "a route is a text, an integer or a boolean; several make a list"
                self._problems.add(item.span, "E203", message, path=path)
                return None
        return node

    def _links(self, before: Node, after: Node, path: str) -> Iterator[Mapping]:
        if self._is_routes(before) and self._is_routes(after):
            message = "a map of routes cannot follow another one"
            self._problems.add(after.span, "E207", message, hint="write two chains", path=path)
            return
        sources = self._members(before, path)
        for route, targets in self._targets(after, path):
            for target in targets:
                for source in sources:
                    yield _edge(source, target, route)

    def _targets(self, node: Node, path: str) -> Iterator[tuple[Scalar | None, list[Scalar]]]:
        if not (isinstance(node, Mapping) and self._is_routes(node)):
            yield None, self._members(node, path)
            return
        for key, entry in node.entries.items():
            route = Scalar(entry.key_span, key, key)
            below = join_path(path, key)
            if self._is_routes(entry.node):
                message = "a route leads to a node or a list of nodes, not to other routes"
                at, hint = _oddity(entry.node)
                self._problems.add(at, "E203", message, hint=hint, path=below)
            else:
                yield route, self._members(entry.node, below)

    def _members(self, node: Node, path: str) -> list[Scalar]:
        if isinstance(node, Mapping) and self._is_routes(node):
            found = [m for e in node.entries.values() for m in self._members(e.node, path)]
            return list({member.text: member for member in found}.values())
        items = node.items if isinstance(node, Sequence) else (node,)
        names = (self._node(item, path) for item in items)
        return [name for name in names if name is not None]

    def _node(self, node: Node, path: str) -> Scalar | None:
        """Returns a node's name; a node that is written here is moved to the others."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            if is_reference(node.text) or node.text.endswith(_FILES):
                self.nodes.setdefault(node.text, Entry(node.span, node))
            return node
        if isinstance(node, Mapping) and not self._is_routes(node):
            return self._moved(node)
        if not (isinstance(node, Scalar) and node.broken):
            message = "a node is a name, a reference, a file, or a block with agent_class"
            at, hint = _oddity(node)
            self._problems.add(at, "E203", message, hint=hint, path=path)
        return None

    def _moved(self, node: Mapping) -> Scalar:
        if (known := self._names.get(id(node))) is not None:
            return known
        name = node.get("name")
        key = name.text if isinstance(name, Scalar) else f"node_{len(self.nodes) + 1}"
        at: Span = name.span if name is not None else node.span
        if key in self.nodes:
            hint = "write it once, and only its name elsewhere"
            self._problems.add(at, "E602", f"there are two nodes called {key!r}", hint=hint)
        else:
            self.nodes[key] = Entry(at, node)
        self._names[id(node)] = Scalar(at, key, key)
        return self._names[id(node)]

    def _is_routes(self, node: Node) -> bool:
        if not isinstance(node, Mapping):
            return False
        keys = node.entries.keys()
        is_code = keys == {"code"} and not isinstance(node.get("code"), Sequence)
        is_agent = "name" in keys and keys <= _AGENT_KEYS
        return not (is_code or is_agent or any(key in keys for key in _NODE_KEYS))


def _oddity(node: Node) -> tuple[Span, str]:
    """Returns where a block is odd that should be a node, and a hint.

    One with a name is a node whose class is missing, or misspelt.
    """
    if not isinstance(node, Mapping) or "name" not in node.entries:
        return node.span, ""
    odd = {key: did_you_mean(key, _NODE_KEYS) for key in node.entries if key not in _AGENT_KEYS}
    key = next((key for key, hint in odd.items() if hint), next(iter(odd)))
    return node.entries[key].key_span, odd[key]


def _edge(source: Scalar, target: Scalar, route: Node | None) -> Mapping:
    entries = {"from_node": Entry(source.span, source), "to_node": Entry(target.span, target)}
    if route is not None:
        entries["route"] = Entry(route.span, route)
    return Mapping(target.span, entries)


def _named(name: str, entry: Entry) -> Entry:
    """Gives a node of `nodes` its key as its name, if it is a block without one."""
    node = entry.node
    if not isinstance(node, Mapping) or {"name", "code", "config_path"} & node.entries.keys():
        return entry
    key = Scalar(entry.key_span, name, name)
    entries = {"name": Entry(entry.key_span, key), **node.entries}
    return Entry(entry.key_span, Mapping(node.span, entries))
