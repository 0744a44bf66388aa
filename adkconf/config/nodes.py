"""What is written: a tree of nodes with their places, before it means anything.

What there is most of are tuples, which are made quickest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from adkconf.config.span import Span

Primitive = None | bool | int | float | str


class Scalar(NamedTuple):
    """A single value.

    `text` is what stands there without quotes. `plain` is false for quotes and blocks, which
    are text whatever they look like. The type of a `loose` value is not decided yet: it follows
    from what its key takes. The value of `variables` must not be shown. A `broken` one has no
    value because of a problem that is noted already.
    """

    span: Span
    value: Primitive
    text: str
    plain: bool = True
    loose: bool = False
    variables: tuple[str, ...] = ()
    broken: bool = False


class Entry(NamedTuple):
    """A key with its value."""

    key_span: Span
    node: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values, in the order in which they are written."""

    span: Span
    entries: dict[str, Entry]

    def get(self, key: str) -> Node | None:
        """Returns the value of a key, or None."""
        entry = self.entries.get(key)
        return entry.node if entry else None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    span: Span
    items: tuple[Node, ...]


Node = Scalar | Mapping | Sequence
