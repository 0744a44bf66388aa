"""What stands inside of a part of the spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adkconf.config.located import LocatedText, LooseText
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section

# Most of what is met has nothing below it; asking for its type is the quickest way to tell.
_PLAIN = frozenset({str, LocatedText, LooseText, int, float, bool, type(None)})


def references_in(value: Any) -> Iterator[PythonRef]:
    """Yields all references to Python at and below a part of the spec."""
    return (item for item in _parts(value) if isinstance(item, PythonRef))


def sections_in(value: Any) -> Iterator[Section]:
    """Yields all parts of the spec at and below a part of it."""
    return (item for item in _parts(value) if isinstance(item, Section))


def _parts(value: Any) -> Iterator[Any]:
    """Yields a value and what it holds, in the order it is written; nothing plain or empty."""
    pending = [value]
    while pending:
        item = pending.pop()
        yield item
        if isinstance(item, (tuple, list)):
            below = item
        elif isinstance(item, Section):
            below = list(vars(item).values())
        elif isinstance(item, Mapping):
            below = list(item.values())
        else:
            continue
        pending += [part for part in reversed(below) if type(part) not in _PLAIN and part]
