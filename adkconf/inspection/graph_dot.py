"""Graphs in Graphviz's language, one for the app and one for each workflow, as google-adk's dev UI
wants them: nodes have the names of agents and tools, by which it finds what an event speaks of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from adkconf.config.rendering.excerpt import printable
from adkconf.config.secret_text import mask
from adkconf.inspection.graph import Edge, Group, Node, Shape

_START = "__START__"
_SHAPES: dict[Shape, str] = {
    "agent": "ellipse",
    "function": "box",
    "join": "circle",
    "start": "oval",
    "steps": "hexagon",
    "tool": "box",
}


@dataclass(frozen=True)
class Palette:
    """Colours of a drawing."""

    page: str
    card: str
    line: str
    ink: str
    lit: str


LIGHT = Palette(page="#ffffff", card="#f5f7fa", line="#7d8998", ink="#18212d", lit="#bfe8d2")
DARK = Palette(page="#0f141b", card="#18202a", line="#7f8da0", ink="#e8edf3", lit="#0b7f5f")


def write_dots(whole: Group, palette: Palette = LIGHT, lit: Collection[str] = ()) -> dict[str, str]:
    """Returns digraphs by the path of the workflow they show; the app's own has the path `""`.

    The app and its services are left out, and a workflow within another graph is one node.
    `lit` are names of nodes to highlight.
    """
    inner = whole.groups[0] if _is_workflow_app(whole) else None
    drawings = dict(_below(whole if inner is None else inner, ""))
    drawings[""] = whole if inner is None else inner
    return {path: _Digraph(palette, lit).write(group) for path, group in drawings.items()}


def _is_workflow_app(whole: Group) -> bool:
    roots = {edge.target for edge in whole.edges if edge.relation == "root"}
    return any(group.id in roots for group in whole.groups[:1])


def _below(group: Group, path: str) -> Iterator[tuple[str, Group]]:
    for inner in group.groups:
        below = f"{path}/{inner.label[0]}" if path else inner.label[0]
        yield below, inner
        yield from _below(inner, below)


@dataclass
class _Digraph:
    palette: Palette
    lit: Collection[str]
    names: dict[str, str] = field(default_factory=dict)

    def write(self, group: Group) -> str:
        return "\n".join(["digraph {", *(f"  {line}" for line in self._lines(group)), "}"]) + "\n"

    def _lines(self, group: Group) -> Iterator[str]:
        colours = self.palette
        yield f'graph [rankdir=LR bgcolor="{colours.page}"]'
        yield (
            f'node [style="filled,rounded" fontname=Helvetica color="{colours.line}" '
            f'fillcolor="{colours.card}" fontcolor="{colours.ink}"]'
        )
        yield f'edge [fontname=Helvetica color="{colours.line}" fontcolor="{colours.ink}"]'
        workflows = [Node(inner.id, inner.label, "steps") for inner in group.groups]
        for node in (*group.nodes, *workflows):
            if node.shape in _SHAPES:
                yield self._node(node)
        for edge in group.edges:
            if edge.source in self.names and edge.target in self.names:
                yield self._edge(edge)

    def _node(self, node: Node) -> str:
        name = _START if node.shape == "start" else node.label[0]
        # Two of one name stay two.
        self.names[node.id] = f"{name} {node.id}" if name in self.names.values() else name
        lit = f' fillcolor="{self.palette.lit}"' if name in self.lit else ""
        label = _quoted(*node.label)
        return f"{_quoted(self.names[node.id])} [shape={_SHAPES[node.shape]} label={label}{lit}]"

    def _edge(self, edge: Edge) -> str:
        ends = " -> ".join(_quoted(self.names[end]) for end in (edge.source, edge.target))
        style = "dashed" if edge.line == "dotted" else "solid"
        both = " dir=both" if edge.both else ""
        return f"{ends} [style={style} label={_quoted(edge.label)}{both}]"


def _quoted(*lines: str) -> str:
    """Returns lines as a quoted string, in which nothing means anything to Graphviz."""
    plain = (printable(mask(line)).replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(plain) + '"'
