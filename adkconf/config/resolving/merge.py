"""Lays one tree over another: maps merge, lists and single values replace, null removes."""

from __future__ import annotations

from adkconf.config.nodes import Entry, Mapping, Node, Scalar


def merge(below: Mapping, above: Mapping) -> Mapping:
    """Returns `below` with what `above` changes; each value keeps its own place."""
    entries = dict(below.entries)
    for key, entry in above.entries.items():
        lower = entries.get(key)
        if is_null(entry.node) and lower is not None:
            del entries[key]
        elif lower is not None and isinstance(lower.node, Mapping) and _is_map(entry.node):
            entries[key] = Entry(entry.key_span, merge(lower.node, _as_map(entry.node)))
        else:
            entries[key] = entry
    return Mapping(above.span, entries)


def without(mapping: Mapping, *keys: str) -> Mapping:
    """Returns a mapping without some of its keys."""
    kept = {key: entry for key, entry in mapping.entries.items() if key not in keys}
    return Mapping(mapping.span, kept)


def is_null(node: Node) -> bool:
    """Tells whether a node is null."""
    return isinstance(node, Scalar) and node.value is None and not node.broken


def _is_map(node: Node) -> bool:
    return isinstance(node, Mapping)


def _as_map(node: Node) -> Mapping:
    assert isinstance(node, Mapping)
    return node
