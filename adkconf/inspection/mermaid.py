"""Graphs as Mermaid flowcharts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from adkconf.inspection.graph import Edge, Group, Line, Node, Shape

_SHAPES: dict[Shape, tuple[str, str]] = {
    "agent": ("[", "]"),
    "app": ("([", "])"),
    "function": ("(", ")"),
    "join": ("((", "))"),
    "service": ("[(", ")]"),
    "start": ("((", "))"),
    "steps": ("{{", "}}"),
    "tool": ("[/", "/]"),
}
_LINES: dict[Line, str] = {"arrow": "-->", "both": "<-->", "dotted": "-.->"}

# All that could mean something to Mermaid, Markdown (lists among it) or HTML becomes a code.
_UNSAFE = re.compile(r"[^\w .,:/?()-]|(?<=\d)\.(?=\s)|^-")


def write_mermaid(graph: Group) -> str:
    """Returns the flowchart."""
    return "\n".join(["flowchart TD", *_inside(graph, "  ")]) + "\n"


def _inside(group: Group, indent: str) -> Iterator[str]:
    for node in group.nodes:
        yield indent + _node(node)
    for inner in group.groups:
        yield f'{indent}subgraph {inner.id}["{_label(inner.label)}"]'
        yield from _inside(inner, indent + "  ")
        yield f"{indent}end"
    for edge in group.edges:
        yield indent + _edge(edge)


def _node(node: Node) -> str:
    begin, end = _SHAPES[node.shape]
    return f'{node.id}{begin}"{_label(node.label)}"{end}'


def _edge(edge: Edge) -> str:
    label = f'|"{_label([edge.label])}"|' if edge.label else ""
    return f"{edge.source} {_LINES[edge.line]}{label} {edge.target}"


def _label(lines: Sequence[str]) -> str:
    return "<br/>".join(_UNSAFE.sub(lambda found: f"#{ord(found[0])};", line) for line in lines)
