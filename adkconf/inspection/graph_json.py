"""Graphs as JSON."""

from __future__ import annotations

import json
from typing import Any

from adkconf.inspection.graph import Group


def write_graph_json(graph: Group) -> str:
    """Returns `{"nodes": […], "groups": […], "edges": […]}`.

    `in` is the id of the group that something is in, null outside of all.
    """
    tables: dict[str, list[dict[str, Any]]] = {"nodes": [], "groups": [], "edges": []}
    for group in graph.walk():
        inside = group.id or None
        tables["nodes"] += [
            {
                "id": node.id,
                "kind": node.shape,
                "name": node.label[0],
                "about": ", ".join(node.label[1:]) or None,
                "in": inside,
            }
            for node in group.nodes
        ]
        tables["groups"] += [
            {"id": inner.id, "name": inner.label[0], "about": inner.label[1], "in": inside}
            for inner in group.groups
        ]
        tables["edges"] += [
            {
                "source": edge.source,
                "target": edge.target,
                "kind": edge.relation,
                "label": edge.label or None,
                "both": edge.both,
            }
            for edge in group.edges
        ]
    return json.dumps(tables, indent=2, ensure_ascii=False) + "\n"
