"""Plain data that still knows where it was written.

These are dicts, lists and strings to everyone who does not ask; numbers, booleans and null are
bare, their places are kept by the container.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from adkconf.config.span import NOWHERE, Span

Step = str | int


class Mark(NamedTuple):
    """Where an entry's key and value are."""

    key: Span
    value: Span


class LocatedMap(dict[str, Any]):
    """A mapping with the marks of its entries."""

    def __init__(self, at: Span, path: str) -> None:
        super().__init__()
        self.at = at
        self.path = path
        self.marks: dict[str, Mark] = {}


class LocatedList(list[Any]):
    """A list with the places of its items."""

    def __init__(self, at: Span, path: str) -> None:
        super().__init__()
        self.at = at
        self.path = path
        self.spans: list[Span] = []


class LocatedText(str):
    """A string with its place."""

    at: Span = NOWHERE
    path: str = ""

    @classmethod
    def of(cls, text: str, at: Span, path: str) -> Self:
        """Makes the string."""
        made = cls(text)
        made.at, made.path = at, path
        return made


class LooseText(LocatedText):
    """The text of a value whose type follows from what its key takes."""


class Broken:
    """Stands for a value that cannot be used because of a problem that is noted already."""


BROKEN = Broken()


@dataclass(frozen=True, slots=True)
class Place:
    """A span with the path of what is there."""

    at: Span = field(default=NOWHERE)
    path: str = ""


def place_of(data: Any) -> Place | None:
    """Returns where a container or a string is; None for data from elsewhere."""
    if isinstance(data, (LocatedMap, LocatedList, LocatedText)):
        return Place(data.at, data.path)
    return None


def find_place(data: Any, steps: tuple[Step, ...], *, key: bool = False) -> Place | None:
    """Returns where the value that `steps` lead to is, or the nearest above it that is there.

    With `key`, the place of its key instead.
    """
    place = place_of(data)
    for step in steps:
        if isinstance(data, LocatedMap) and step in data.marks:
            mark = data.marks[str(step)]
            place = Place(mark.key if key else mark.value, join_path(data.path, step))
        elif isinstance(data, LocatedList) and isinstance(step, int) and step < len(data.spans):
            place = Place(data.spans[step], join_path(data.path, step))
        else:
            break
        data = data[step] if step in data or isinstance(step, int) else None
    return place


def join_path(path: str, step: Step) -> str:
    """Appends a step to a path: `a` and `b` make `a.b`, `a` and 0 make `a[0]`."""
    if isinstance(step, int):
        return f"{path}[{step}]"
    return f"{path}.{step}" if path else step


def bare(data: Any) -> Any:
    """Returns a deep copy without places."""
    if isinstance(data, dict):
        return {str(key): bare(value) for key, value in data.items()}
    if isinstance(data, list):
        return [bare(item) for item in data]
    return str(data) if isinstance(data, str) else data
