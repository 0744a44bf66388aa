"""Graphs as SVG, in the colours of the reader's light or dark scheme."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from adkconf.config.rendering.excerpt import printable
from adkconf.config.secret_text import mask
from adkconf.config.spec.app import AppSpec
from adkconf.inspection.graph import Edge, Group, Node, Relation, Shape, draw
from adkconf.inspection.graph_layout import Box, Curve, Layout, Measure, Point, Size, lay_out

_NAMESPACE = "http://www.w3.org/2000/svg"
_MARGIN = 24.0
_LEGEND = 36.0
_KEY_LINE = 26.0
_KEY_GAP = 22.0
_ICON = 16.0
_INDENT = 12.0
_NAME, _MORE = 13.0, 11.5
# Longer names are cut; their titles have them whole.
_LONGEST = 40

_STYLE = """
.adkconf-graph{--page:#ffffff;--card:#ffffff;--group:#f5f7fa;--edge-of-card:#d3dae3;--ink:#18212d;\
--soft:#5c6877;--line:#7d8998;--blue:#2f62e0;--violet:#7445d6;--green:#0b7f5f;--amber:#a85d08;\
--slate:#4f5d6e;font-family:Inter,"Segoe UI","Helvetica Neue",Arial,"Liberation Sans",sans-serif}
@media (prefers-color-scheme:dark){.adkconf-graph{--page:#0f141b;--card:#18202a;--group:#141b24;\
--edge-of-card:#2e3a48;--ink:#e8edf3;--soft:#98a5b5;--line:#7f8da0;--blue:#7ea4ff;\
--violet:#b394ff;--green:#4fd1a5;--amber:#f0ab53;--slate:#a5b3c4}}
.adkconf-graph .page{fill:var(--page)}
.adkconf-graph .card{fill:var(--card);stroke:var(--edge-of-card)}
.adkconf-graph .group .card{fill:var(--group)}
.adkconf-graph .name{fill:var(--ink);font-size:13px;font-weight:600}
.adkconf-graph .more,.adkconf-graph .legend text{fill:var(--soft);font-size:11.5px;\
font-weight:400}
.adkconf-graph text.label{fill:var(--soft);font-size:11.5px;text-anchor:middle}
.adkconf-graph rect.label{fill:var(--card);stroke:var(--edge-of-card)}
.adkconf-graph .mark{fill:none;stroke:var(--of);stroke-width:1.5;stroke-linecap:round;\
stroke-linejoin:round}
.adkconf-graph .edge path,.adkconf-graph .legend path{fill:none;stroke:var(--of);stroke-width:1.5}
.adkconf-graph .dotted path{stroke-dasharray:2 4;stroke-linecap:round}
.adkconf-graph marker path{fill:var(--of);stroke:none}
.adkconf-graph .agent,.adkconf-graph .transfer{--of:var(--blue)}
.adkconf-graph .steps,.adkconf-graph .step,.adkconf-graph .call{--of:var(--violet)}
.adkconf-graph .tool{--of:var(--green)}
.adkconf-graph .function{--of:var(--amber)}
.adkconf-graph .service{--of:var(--slate)}
.adkconf-graph .app,.adkconf-graph .start,.adkconf-graph .join{--of:var(--soft)}
.adkconf-graph .root,.adkconf-graph .flow{--of:var(--line)}
"""

# In a square of 16.
_MARKS: dict[Shape, str] = {
    "agent": "M8 2a3 3 0 1 1 0 6a3 3 0 1 1 0-6M2.5 14c.5-6 10.5-6 11 0",
    "app": "M8 1.5 13.5 4.75v6.5L8 14.5 2.5 11.25v-6.5z",
    "function": "M11.5 2.5c-2.5-.8-3 .5-3.2 2.5L7 11.5c-.3 2-1.2 2.6-2.8 2M5 6.5h6",
    "join": "M2 3c6 0 2 5 6 5h6M2 13c6 0 2-5 6-5M11.5 5.5 14 8l-2.5 2.5",
    "service": "M2.5 4c0-3 11-3 11 0s-11 3-11 0v8c0 3 11 3 11 0V4",
    "start": "M4 2.5 13 8 4 13.5z",
    "steps": "M2.5 4h2M7.5 4h6M2.5 8h2M7.5 8h6M2.5 12h2M7.5 12h6",
    "tool": "M10 2.2a3.6 3.6 0 0 0-3.3 5L2.2 11.7l2.1 2.1 4.5-4.5a3.6 3.6 0 0 0"
    " 4.7-4.6L11.3 6.9 9.1 4.7 11.3 2.5z",
}
_MEANINGS: dict[Relation, str] = {
    "transfer": "may transfer",
    "step": "runs",
    "call": "called as a tool",
    "tool": "tool",
    "service": "service",
}


def graph_svg(app: AppSpec) -> str:
    """Returns the picture of an app: an SVG document that can also stand inside of a page."""
    return write_svg(draw(app))


def write_svg(graph: Group) -> str:
    """Returns the picture of a graph."""
    layout = lay_out(graph, Measure(_node_size, _label_size, _header_width))
    relations = list(dict.fromkeys(curve.edge.relation for curve in layout.curves))
    keys = [relation for relation in _MEANINGS if relation in relations]
    width = max(layout.width, _legend_width(keys)) + 2 * _MARGIN
    height = layout.height + 2 * _MARGIN + (_LEGEND if keys else 0)
    left = (width - layout.width) / 2
    area = f'width="{_n(width)}" height="{_n(height)}"'
    view = f"0 0 {_n(width)} {_n(height)}"
    lines = [
        f'<svg xmlns="{_NAMESPACE}" class="adkconf-graph" role="img" {area} viewBox="{view}">',
        f"<title>{_text(graph.nodes[0].label[0])}</title>",
        f"<desc>{_summary(layout)}</desc>",
        f"<style>{_STYLE}</style>",
        f"<defs>{''.join(map(_marker, relations))}</defs>",
        f'<rect class="page" {area} rx="12"/>',
        f'<g transform="translate({_n(left)} {_n(_MARGIN)})">',
        *_drawing(layout),
        "</g>",
        *_legend(keys, height - _LEGEND / 2 - _MARGIN / 4),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _drawing(layout: Layout) -> Iterator[str]:
    names = {box.item.id: _text(box.item.label[0]) for box in layout.boxes}
    yield from (_group(box) for box in layout.boxes if isinstance(box.item, Group))
    yield from (_edge(curve, names) for curve in layout.curves)
    yield from (_node(box, box.item) for box in layout.boxes if isinstance(box.item, Node))


def _group(box: Box) -> str:
    label = box.item.label
    more = f'<tspan class="more" dx="8">{_text(label[1])}</tspan>' if label[1:] else ""
    return (
        f'<g class="group" data-id="{box.item.id}"><title>{_title(box.item)}</title>'
        f'<rect class="card" {_place(box)} rx="12"/>'
        f'<text class="name" x="{_n(box.x + 16)}" y="{_n(box.y + 22)}">{_short(label[0])}{more}'
        f"</text></g>"
    )


def _node(box: Box, node: Node) -> str:
    x, lines = box.x + _INDENT + _ICON + 8, len(node.label)
    base = box.y + box.height / 2 + 4.5 - 8.5 * (lines - 1)
    texts = [f'<text class="name" x="{_n(x)}" y="{_n(base)}">{_short(node.label[0])}</text>']
    texts += [
        f'<text class="more" x="{_n(x)}" y="{_n(base + 17 * number)}">{_short(line)}</text>'
        for number, line in enumerate(node.label[1:], start=1)
    ]
    round_ = box.height / 2 if node.shape in ("app", "start", "join", "tool") else 9
    icon = f"translate({_n(box.x + _INDENT)} {_n(box.y + box.height / 2 - _ICON / 2)})"
    return (
        f'<g class="node {node.shape}" data-id="{node.id}"><title>{_title(node)}</title>'
        f'<rect class="card" {_place(box)} rx="{_n(round_)}"/>'
        f'<path class="mark" transform="{icon}" d="{_MARKS[node.shape]}"/>{"".join(texts)}</g>'
    )


def _edge(curve: Curve, names: Mapping[str, str]) -> str:
    edge = curve.edge
    between = "↔" if edge.both else "→"
    title = f"{names[edge.source]} {between} {names[edge.target]}"
    if edge.label:
        title += f": {_text(edge.label)}"
    back = f' marker-start="url(#adkconf-{edge.relation})"' if edge.both else ""
    line = " dotted" if edge.line == "dotted" else ""
    return (
        f'<g class="edge {edge.relation}{line}" data-source="{edge.source}" '
        f'data-target="{edge.target}"><title>{title}</title>'
        f'<path d="{_path(curve)}" marker-end="url(#adkconf-{edge.relation})"{back}/>'
        f"{_edge_label(curve)}</g>"
    )


def _edge_label(curve: Curve) -> str:
    size = _label_size(curve.edge)
    if curve.label is None or size is None:
        return ""
    (x, y), (width, height) = curve.label, size
    box = Box(Group(), x - width / 2, y - height / 2, width, height)
    return (
        f'<rect class="label" {_place(box)} rx="{_n(height / 2)}"/>'
        f'<text class="label" x="{_n(x)}" y="{_n(y + 4)}">{_short(curve.edge.label)}</text>'
    )


def _path(curve: Curve) -> str:
    pieces = (
        f"L{_point(end)}" if (one, two) == (before, end) else f"C{' '.join(map(_point, piece))}"
        for before, piece in zip(_starts(curve), curve.pieces, strict=False)
        for one, two, end in [piece]
    )
    return f"M{_point(curve.start)}{''.join(pieces)}"


def _starts(curve: Curve) -> list[Point]:
    return [curve.start, *(piece[2] for piece in curve.pieces)]


def _marker(relation: Relation) -> str:
    return (
        f'<marker id="adkconf-{relation}" class="{relation}" viewBox="0 0 8 8" refX="7.5" refY="4" '
        'markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" '
        'orient="auto-start-reverse"><path d="M0 .5 8 4 0 7.5z"/></marker>'
    )


def _legend(keys: Sequence[Relation], y: float) -> Iterator[str]:
    x = _MARGIN
    for relation in keys:
        dotted = " dotted" if Edge("", "", relation).line == "dotted" else ""
        yield (
            f'<g class="legend {relation}{dotted}"><path d="M{_n(x)} {_n(y)}h{_n(_KEY_LINE)}"/>'
            f'<text x="{_n(x + _KEY_LINE + 8)}" y="{_n(y + 4)}">{_MEANINGS[relation]}</text></g>'
        )
        x += _key_width(relation)


def _legend_width(keys: Sequence[Relation]) -> float:
    return sum(map(_key_width, keys))


def _key_width(relation: Relation) -> float:
    return _KEY_LINE + 8 + text_width(_MEANINGS[relation], _MORE) + _KEY_GAP


def _summary(layout: Layout) -> str:
    shapes = Counter(box.item.shape for box in layout.boxes if isinstance(box.item, Node))
    groups = sum(isinstance(box.item, Group) for box in layout.boxes)
    counts = [("workflow", groups), *((shape, shapes[shape]) for shape in sorted(shapes))]
    parts = [f"{count} {kind}" for kind, count in counts if count and kind != "app"]
    return f"Graph of the app: {', '.join(parts)}, and {len(layout.curves)} connections."


def _node_size(node: Node) -> Size:
    width = max(
        text_width(_cut(line), _MORE if number else _NAME) for number, line in enumerate(node.label)
    )
    return _ICON + 8 + width + 2 * _INDENT + 2, 18.0 + 17.0 * len(node.label)


def _label_size(edge: Edge) -> Size | None:
    """Returns the size of a label; what each line of a kind says is in the legend."""
    if not edge.label or edge.relation in ("transfer", "call"):
        return None
    return max(text_width(_cut(edge.label), _MORE) + 14, 20.0), 20.0


def _header_width(group: Group) -> float:
    return text_width(_cut(group.label[0]), _NAME) + text_width(group.label[1], _MORE) + 8


def text_width(text: str, size: float) -> float:
    """Returns about how wide a text is drawn; rather too much than too little."""
    return size * sum(map(_character_width, text))


def _character_width(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if character in "iljtfrI.,:;'|!()[] -":
        return 0.37
    return 0.92 if character in "mwMWQ@%" else 0.72 if character.isupper() else 0.6


def _title(item: Node | Group) -> str:
    return _text(": ".join([item.label[0], ", ".join(item.label[1:])][: len(item.label)]))


def _short(text: str) -> str:
    return _text(_cut(text))


def _cut(text: str) -> str:
    text = printable(mask(text))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _text(text: str) -> str:
    return escape(printable(mask(text)))


def _place(box: Box) -> str:
    return f'x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}"'


def _point(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
