"""Lays one tree over another: maps merge, lists and single values replace, null removes."""

from __future__ import annotations

from adkconf.config.nodes import Entry, Mapping, Node, Scalar


def merge(below: Mapping, above: Mapping, *, removing: bool = True) -> Mapping:
    """Returns `below` with what `above` changes; each value keeps its own place.

    Without `removing`, null is a value like any other: it is to remove something later.
    """
    entries = dict(below.entries)
    for key, entry in above.entries.items():
        lower = entries.get(key)
        if removing and is_null(entry.node):
            entries.pop(key, None)
        elif lower and isinstance(lower.node, Mapping) and isinstance(entry.node, Mapping):
            entries[key] = Entry(entry.key_span, merge(lower.node, entry.node, removing=removing))
        else:
            node = _without_nulls(entry.node) if removing else entry.node
            entries[key] = Entry(entry.key_span, node)
    return _in_place_of(above, entries)


def without(mapping: Mapping, *keys: str) -> Mapping:
    """Returns a mapping without some of its keys."""
    kept = {key: entry for key, entry in mapping.entries.items() if key not in keys}
    return Mapping(mapping.span, kept)


def is_null(node: Node) -> bool:
    """Tells whether a node is null."""
    return isinstance(node, Scalar) and node.value is None and not node.broken


def _without_nulls(node: Node) -> Node:
    """Returns a node without the keys that it would remove, were they there."""
    if not isinstance(node, Mapping):
        return node
    entries = {
        key: Entry(entry.key_span, _without_nulls(entry.node))
        for key, entry in node.entries.items()
        if not is_null(entry.node)
    }
    return _in_place_of(node, entries)


def _in_place_of(node: Mapping, entries: dict[str, Entry]) -> Mapping:
    """Returns a mapping of what is left of a node's; an emptied one is where it was emptied."""
    emptied_by = next(iter(node.entries.values())) if node.entries and not entries else None
    return Mapping(emptied_by.key_span if emptied_by else node.span, entries)
