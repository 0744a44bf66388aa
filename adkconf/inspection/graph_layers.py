"""Layered drawing: boxes in rows, with the links between them from the top down.

The steps are Sugiyama's: turn round what closes a circle, put each box below all that lead to it,
order the rows so that few links cross, then move boxes as near to their neighbours as the order
lets them. Links that pass a row, and labels, have a place in it, so nothing lies over a box.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_SWEEPS = 12
# How much more than others a link pulls that is the only one of both its ends.
_STRAIGHT = 8.0
_GAP = 36.0
_PASSING_GAP = 16.0


@dataclass(frozen=True)
class Link:
    """From one box to another, by their numbers, with the size of its label.

    `peers` may stand side by side: then the link is no part of any chain. Otherwise the target
    stands at least so many `rows` below.
    """

    source: int
    target: int
    label: tuple[float, float] | None = None
    peers: bool = False
    rows: int = 1


@dataclass(eq=False)
class Cell:
    """A place in a row: for a box, or for a link (`box` is None) that passes or has a label there.

    `x` is the centre.
    """

    width: float
    height: float
    row: int
    box: int | None = None
    x: float = 0.0
    above: list[Cell] = field(default_factory=list)
    below: list[Cell] = field(default_factory=list)


@dataclass
class Layers:
    """The rows, and for each link the cells from its upper end to its lower one.

    Links of `turned` run upwards; those without a chain are between cells of one row.
    """

    cells: list[Cell]
    rows: list[list[Cell]]
    chains: dict[int, list[Cell]]
    turned: set[int]


def arrange(sizes: Sequence[tuple[float, float]], links: Sequence[Link]) -> Layers:
    """Puts boxes into rows, from the left to the right in the order that crosses least."""
    ordered = [link for link in links if not link.peers and link.source != link.target]
    # A row between any two is for labels.
    step = 2 if any(link.label for link in links) else 1
    rank = _ranks(_sequence(len(sizes), ordered), ordered, step)
    cells = [Cell(*size, row=rank[box], box=box) for box, size in enumerate(sizes)]
    turned = {number for number, link in enumerate(links) if rank[link.source] > rank[link.target]}
    chains = {
        number: _chain(cells, link, number in turned)
        for number, link in enumerate(links)
        if rank[link.source] != rank[link.target]
    }
    layers = Layers(cells, _rows(cells, chains.values()), chains, turned)
    _order(layers.rows)
    _align(layers.rows)
    return layers


def _sequence(count: int, links: Sequence[Link]) -> list[int]:
    """Returns the boxes so that links lead forwards, except those that close a circle."""
    after: dict[int, list[int]] = defaultdict(list)
    waiting = [0] * count
    for link in links:
        after[link.source].append(link.target)
        waiting[link.target] += 1
    ready = [box for box in range(count) if not waiting[box]]
    left = dict.fromkeys(range(count))
    reached: dict[int, None] = {}
    sequence: list[int] = []
    while left:
        if not ready:  # a circle begins where it is entered
            ready = [next((box for box in reached if box in left), next(iter(left)))]
        box = ready.pop(0)
        del left[box]
        sequence.append(box)
        for target in after[box]:
            waiting[target] -= 1
            reached[target] = None
            if target in left and waiting[target] == 0 and target not in ready:
                ready.append(target)
    return sequence


def _ranks(sequence: list[int], links: Sequence[Link], step: int) -> dict[int, int]:
    """Returns the row of each box: the longest way to it."""
    place = {box: index for index, box in enumerate(sequence)}
    after: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for link in links:
        first, second = sorted((link.source, link.target), key=place.__getitem__)
        after[first].append((second, step * link.rows))
    rank = dict.fromkeys(sequence, 0)
    for box in sequence:
        for target, rows in after[box]:
            rank[target] = max(rank[target], rank[box] + rows)
    return rank


def _chain(cells: list[Cell], link: Link, turned: bool) -> list[Cell]:
    """Makes the cells that a link passes; its label is in the first row after its source."""
    ends = (link.target, link.source) if turned else (link.source, link.target)
    upper, lower = (cells[box] for box in ends)
    passed = [Cell(0.0, 0.0, row) for row in range(upper.row + 1, lower.row)]
    if link.label and passed:
        labelled = passed[-1 if turned else 0]
        labelled.width, labelled.height = link.label
    chain = [upper, *passed, lower]
    for above, below in pairwise(chain):
        above.below.append(below)
        below.above.append(above)
    return chain


def _rows(cells: list[Cell], chains: Iterable[list[Cell]]) -> list[list[Cell]]:
    everything = [*cells, *(cell for chain in chains for cell in chain[1:-1])]
    rows: list[list[Cell]] = [[] for _ in range(1 + max((cell.row for cell in cells), default=0))]
    for cell in everything:
        rows[cell.row].append(cell)
    return rows


def _order(rows: list[list[Cell]]) -> None:
    """Orders rows by the middle of their neighbours, and keeps the order with least crossings."""
    best, least = [list(row) for row in rows], _crossings(rows)
    for sweep in range(_SWEEPS):
        downwards = sweep % 2 == 0
        for row in rows if downwards else reversed(rows):
            _sort(row, rows, downwards)
        crossings = _crossings(rows)
        if crossings < least:
            best, least = [list(row) for row in rows], crossings
    for row, ordered in zip(rows, best, strict=True):
        row[:] = ordered


def _sort(row: list[Cell], rows: list[list[Cell]], downwards: bool) -> None:
    beside = row[0].row - (1 if downwards else -1)
    if not 0 <= beside < len(rows):
        return
    index = {cell: number for number, cell in enumerate(rows[beside])}
    own = {cell: number * len(index) / len(row) for number, cell in enumerate(row)}

    def middle(cell: Cell) -> float:
        near = cell.above if downwards else cell.below
        return sum(index[one] for one in near) / len(near) if near else own[cell]

    row.sort(key=middle)


def _crossings(rows: list[list[Cell]]) -> int:
    total = 0
    for upper, lower in pairwise(rows):
        index = {cell: number for number, cell in enumerate(lower)}
        seen: list[int] = []
        for cell in upper:
            ends = sorted(index[one] for one in cell.below)
            total += sum(len(seen) - bisect(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _align(rows: list[list[Cell]]) -> None:
    """Moves all cells to the middle of their neighbours, as far as the others leave room."""
    for row in rows:
        _place(row, [0.0] * len(row))
    for sweep in range(4 * _SWEEPS):
        downwards = sweep % 2 == 0
        for row in rows if downwards else reversed(rows):
            if sweep < _SWEEPS:
                _place(
                    row, [_middle(cell, cell.above if downwards else cell.below) for cell in row]
                )
            else:
                _place(row, [_middle(cell, [*cell.above, *cell.below]) for cell in row])


def _middle(cell: Cell, near: Sequence[Cell]) -> float:
    pulls = [_STRAIGHT if _only(cell, other) else 1.0 for other in near]
    if not near:
        return cell.x
    return sum(other.x * pull for other, pull in zip(near, pulls, strict=True)) / sum(pulls)


def _only(one: Cell, other: Cell) -> bool:
    """Tells whether two cells of neighbouring rows have only each other on that side."""
    upper, lower = (one, other) if one.row < other.row else (other, one)
    return len(upper.below) == len(lower.above) == 1


def _place(row: list[Cell], wanted: list[float]) -> None:
    """Places the cells of a row, in their order, with the least squares of distances.

    Without the room that cells need it is a monotone regression; pools of cells that would lie
    over each other go to their common mean.
    """
    offsets = [0.0]
    for left, right in pairwise(row):
        gap = _GAP if left.box is not None and right.box is not None else _PASSING_GAP
        offsets.append(offsets[-1] + (left.width + right.width) / 2 + gap)
    pools: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        mean, size = want - offset, 1
        while pools and pools[-1][0] > mean:
            before, count = pools.pop()
            mean = (before * count + mean * size) / (count + size)
            size += count
        pools.append((mean, size))
    means = [mean for mean, size in pools for _ in range(size)]
    for cell, mean, offset in zip(row, means, offsets, strict=True):
        cell.x = mean + offset
