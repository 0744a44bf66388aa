"""Where everything of a graph is drawn: boxes for nodes and groups, curves for edges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from adkconf.inspection.graph import Edge, Group, Node
from adkconf.inspection.graph_layers import Cell, Layers, Link, arrange

Point = tuple[float, float]
Size = tuple[float, float]

_PADDING = 20.0
_HEADER = 34.0
_ROW_GAP = 44.0
_LABEL_GAP = 18.0
_ARC = 10.0
_ARC_STEP = 12.0
_PORT_GAP = 18.0
_LOOP = 30.0
_LOOP_GAP = 22.0
# So many tools of one agent stand in a row.
_ABREAST = 4


@dataclass(frozen=True)
class Box:
    """A node or a group, with its left upper corner."""

    item: Node | Group
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Curve:
    """An edge as cubic Béziers: a start, and triples of two control points and an end.

    `label` is the centre of its label.
    """

    edge: Edge
    start: Point
    pieces: tuple[tuple[Point, Point, Point], ...]
    label: Point | None = None


@dataclass(frozen=True)
class Layout:
    """A graph with places; groups stand before what is in them."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class Measure:
    """How large things are."""

    node: Callable[[Node], Size]
    label: Callable[[Edge], Size | None]
    header: Callable[[Group], float]


@dataclass(frozen=True)
class _Row:
    """A row from its top to its bottom; a solid one has boxes, others only labels."""

    top: float
    bottom: float
    solid: bool


@dataclass(frozen=True)
class _Frame:
    """What curves have to know: the rows, and links and boxes by their numbers."""

    layers: Layers
    links: Sequence[Link]
    rows: Sequence[_Row]
    boxes: Sequence[Box]


def lay_out(group: Group, measure: Measure) -> Layout:
    """Returns the places of all that is in a group."""
    inner = {below.id: lay_out(below, measure) for below in group.groups}
    items: list[Node | Group] = [*group.nodes, *group.groups]
    number = {item.id: index for index, item in enumerate(items)}
    links = _links(group, number, measure)
    sizes = [_size(item, inner, measure) for item in items]
    layers = arrange(_with_loops(sizes, links), links)
    cells = [cell for row in layers.rows for cell in row]
    left = min((cell.x - cell.width / 2 for cell in cells), default=0.0)
    for cell in cells:
        cell.x -= left
    rows, height = _stack(layers, links)
    boxes = [
        Box(item, layers.cells[index].x - size[0] / 2, rows[layers.cells[index].row].top, *size)
        for index, (item, size) in enumerate(zip(items, sizes, strict=True))
    ]
    frame = _Frame(layers, links, rows, boxes)
    curves = [
        _curve(frame, edge, link, index)
        for index, (edge, link) in enumerate(zip(group.edges, links, strict=True))
    ]
    width = max((cell.x + cell.width / 2 for cell in cells), default=0.0)
    return _with_inner(Layout(width, height, tuple(boxes), tuple(curves)), inner)


def _with_loops(sizes: Sequence[Size], links: Sequence[Link]) -> list[Size]:
    """Makes room, on both sides, for links from a box to itself."""
    rooms = list(sizes)
    for link in links:
        if link.source == link.target:
            width, height = sizes[link.source]
            beside = _LOOP + (link.label[0] if link.label else 0.0)
            loops = sum(other.source == other.target == link.source for other in links)
            room = max(rooms[link.source][0], width + 2 * beside)
            rooms[link.source] = (room, height + (loops - 1) * _LOOP_GAP)
    return rooms


def _size(item: Node | Group, inner: dict[str, Layout], measure: Measure) -> Size:
    if isinstance(item, Node):
        return measure.node(item)
    found = inner[item.id]
    width = max(found.width, measure.header(item)) + 2 * _PADDING
    return width, found.height + _HEADER + _PADDING


def _links(group: Group, number: dict[str, int], measure: Measure) -> list[Link]:
    """Makes the links of all edges. Many tools that only one agent has stand in several rows."""
    tools: dict[str, list[str]] = {}
    users = Counter(edge.target for edge in group.edges)
    links = []
    for edge in group.edges:
        rows = 1
        if edge.relation == "tool" and users[edge.target] == 1:
            listed = tools.setdefault(edge.source, [])
            listed.append(edge.target)
            rows += (len(listed) - 1) // _ABREAST
        label = measure.label(edge)
        links.append(Link(number[edge.source], number[edge.target], label, edge.peers, rows))
    return links


def _stack(layers: Layers, links: Sequence[Link]) -> tuple[list[_Row], float]:
    """Puts the rows below each other; returns the height of all."""
    arcs = [0.0] * len(layers.rows)
    for link in links:
        row = layers.cells[link.source].row
        arcs[row] = max(arcs[row], _arc(_span(layers, link)))
    rows: list[_Row] = []
    y = 0.0
    for number, cells in enumerate(layers.rows):
        solid = any(cell.box is not None for cell in cells)
        if rows:
            y += _ROW_GAP if solid and rows[-1].solid else _LABEL_GAP
        rows.append(_Row(y, y + max(cell.height for cell in cells), solid))
        y = rows[-1].bottom + arcs[number]
    return rows, y


def _arc(span: int) -> float:
    """Returns how deep an arc between two boxes of a row is that are not neighbours."""
    return _ARC + _ARC_STEP * (span - 1) if span > 1 else 0.0


def _span(layers: Layers, link: Link) -> int:
    """Returns how many places two boxes of one row are apart; 0 if they are not in one row."""
    source, target = layers.cells[link.source], layers.cells[link.target]
    if source.row != target.row:
        return 0
    row = layers.rows[source.row]
    return abs(row.index(source) - row.index(target))


def _curve(frame: _Frame, edge: Edge, link: Link, number: int) -> Curve:
    source, target = frame.boxes[link.source], frame.boxes[link.target]
    chain = frame.layers.chains.get(number)
    if chain is not None:
        turned = number in frame.layers.turned
        start, pieces = _downwards(frame, chain, number)
        if turned:
            start, pieces = _turned(start, pieces)
        labelled = chain[-2 if turned else 1]
        row = frame.rows[labelled.row]
        label = (labelled.x, (row.top + row.bottom) / 2) if link.label else None
        return Curve(edge, start, tuple(pieces), label)
    if source is target:
        before = frame.links[:number]
        place = sum(other.source == other.target == link.source for other in before)
        return _loop(edge, source, link, place)
    bottom = frame.rows[frame.layers.cells[link.source].row].bottom
    return _sideways(edge, source, target, _span(frame.layers, link), bottom)


_Piece = tuple[Point, Point, Point]


def _downwards(frame: _Frame, chain: Sequence[Cell], number: int) -> tuple[Point, list[_Piece]]:
    """Goes straight past rows, and bends between them only."""
    upper, lower = (frame.boxes[cell.box or 0] for cell in (chain[0], chain[-1]))
    others = frame.layers.chains.items()
    leave = _port(upper, [(c[1].x, n) for n, c in others if c[0] is chain[0]], number)
    enter = _port(lower, [(c[-2].x, n) for n, c in others if c[-1] is chain[-1]], number)
    start = (leave, upper.y + upper.height)
    at = (leave, frame.rows[chain[0].row].bottom)
    pieces = [_line(start, at)] if at != start else []
    for cell in chain[1:-1]:
        row = frame.rows[cell.row]
        if row.solid or cell.height:
            pieces += [_bend(at, (cell.x, row.top)), _line((cell.x, row.top), (cell.x, row.bottom))]
            at = (cell.x, row.bottom)
    pieces.append(_bend(at, (enter, lower.y)))
    return start, pieces


def _port(box: Box, ends: Sequence[tuple[float, int]], number: int) -> float:
    """Returns the x where one of several links meets a box; they do so in their order."""
    gap = min(_PORT_GAP, (box.width - 2 * _PORT_GAP) / max(len(ends) - 1, 1))
    place = [found for _, found in sorted(ends)].index(number)
    return box.x + box.width / 2 + gap * (place - (len(ends) - 1) / 2)


def _line(start: Point, end: Point) -> _Piece:
    return start, end, end


def _bend(start: Point, end: Point) -> _Piece:
    half = (end[1] - start[1]) / 2
    return (start[0], start[1] + half), (end[0], end[1] - half), end


def _turned(start: Point, pieces: Sequence[_Piece]) -> tuple[Point, list[_Piece]]:
    points = [start, *(piece[2] for piece in pieces)]
    turned = [
        (second, first, before) for before, (first, second, _) in zip(points, pieces, strict=False)
    ]
    return points[-1], turned[::-1]


def _loop(edge: Edge, box: Box, link: Link, place: int) -> Curve:
    """Joins a box to itself; several such curves reach down further, each by its place."""
    right, middle, half = box.x + box.width, box.y + box.height / 2, box.height / 5
    low = middle + place * _LOOP_GAP
    out = right + _LOOP
    piece = ((out, middle - 1.5 * half), (out, low + 1.5 * half), (right, middle + half))
    label = (out + link.label[0] / 2, low) if link.label else None
    return Curve(edge, (right, middle - half), (piece,), label)


def _sideways(edge: Edge, source: Box, target: Box, span: int, bottom: float) -> Curve:
    """Joins two boxes of one row: neighbours by a line, others by an arc below the row."""
    way = 1 if source.x < target.x else -1
    if span == 1:
        y = source.y + min(source.height, target.height) / 2
        start = (source.x + source.width * (way > 0), y)
        return Curve(edge, start, (_line(start, (target.x + target.width * (way < 0), y)),))
    ends = [
        (box.x + box.width * (0.5 + turn * 0.25), box.y + box.height)
        for box, turn in ((source, way), (target, -way))
    ]
    # A cubic goes three quarters of the way to its control points.
    depth = bottom + _arc(span)
    first, last = ((x, bottom) for x, _ in ends)
    arc = ((first[0], depth), (last[0], depth), last)
    return Curve(edge, ends[0], (_line(ends[0], first), arc, _line(last, ends[1])))


def _with_inner(outer: Layout, inner: dict[str, Layout]) -> Layout:
    boxes, curves = [], list(outer.curves)
    for box in outer.boxes:
        boxes.append(box)
        if (found := inner.get(box.item.id)) is not None:
            dx = box.x + (box.width - found.width) / 2
            dy = box.y + _HEADER
            boxes += [replace(below, x=below.x + dx, y=below.y + dy) for below in found.boxes]
            curves += [_moved(curve, dx, dy) for curve in found.curves]
    return Layout(outer.width, outer.height, tuple(boxes), tuple(curves))


def _moved(curve: Curve, dx: float, dy: float) -> Curve:
    def moved(point: Point) -> Point:
        return point[0] + dx, point[1] + dy

    pieces = tuple((moved(one), moved(two), moved(end)) for one, two, end in curve.pieces)
    label = moved(curve.label) if curve.label else None
    return Curve(curve.edge, moved(curve.start), pieces, label)
