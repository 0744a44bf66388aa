"""Single changes to a YAML text, each with the place where it was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import yaml

# Wrong types, empty values, and what only shows when variables are filled in.
VALUES = (
    *("5", "true", "[]", "{}", "zzz", "null", "-1", '""', "[zzz]", "{zzz: 1}", "1.5"),
    *("0", "~", "a.b", "[5]", "{name: zzz}", "'7'"),
    *('"${WRONG}"', '"${NOBODY}"', '"${WRONG"', "${NUMBER}"),
)
ENVIRON = {"WRONG": "zzz", "NUMBER": "7", "GREETING": "Hi", "DATABASE_URL": "memory://"}


@dataclass(frozen=True)
class Mutant:
    """A changed text; the change is between two offsets.

    Where something is removed, that is what it was removed from.
    """

    text: str
    start: int
    end: int
    what: str


@dataclass(frozen=True)
class _Target:
    """An entry of a mapping or an item of a list, as a part of the text."""

    start: int
    key_end: int
    value_start: int
    end: int
    column: int
    keyed: bool
    flow: bool
    around: tuple[int, int]


def mutants(text: str) -> Iterator[Mutant]:
    """Yields every change to every node of a text."""
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    # What an alias stands for is written before its key, and is a target of its own there.
    targets = {
        target for target in _targets(root, (0, len(text))) if target.value_start >= target.key_end
    }
    for target in sorted(targets, key=lambda target: (target.start, target.end)):
        yield from chain(_replaced(text, target), _removed(text, target), _doubled(text, target))
        if target.keyed:
            yield from _renamed(text, target)


def _targets(node: yaml.Node, around: tuple[int, int]) -> Iterator[_Target]:
    if isinstance(node, yaml.ScalarNode):
        return
    keyed, flow = isinstance(node, yaml.MappingNode), bool(node.flow_style)
    for entry in node.value:
        key, value = entry if keyed else (None, entry)
        first, end = key or value, value.end_mark.index
        yield _Target(
            first.start_mark.index,
            key.end_mark.index if key else first.start_mark.index,
            value.start_mark.index,
            end,
            first.start_mark.column,
            keyed,
            flow,
            around,
        )
        yield from _targets(value, (first.start_mark.index, end))


def _end(text: str, target: _Target) -> int:
    """Returns where a value ends; the parser counts the space behind a block to it."""
    return target.value_start + len(text[target.value_start : target.end].rstrip())


def _replaced(text: str, target: _Target) -> Iterator[Mutant]:
    end = _end(text, target)
    for value in VALUES:
        changed = text[: target.value_start] + value + text[end:]
        yield Mutant(changed, target.start, target.value_start + len(value), f"value {value}")


def _renamed(text: str, target: _Target) -> Iterator[Mutant]:
    key, end = text[target.start : target.key_end], _end(text, target)
    for other in (key + "x", key[1:] + key[:1], key[:1] + key, "zzz", key[:-1] or "q"):
        changed = text[: target.start] + other + text[target.key_end :]
        yield Mutant(changed, target.start, end + len(other) - len(key), f"key {other}")


def _removed(text: str, target: _Target) -> Iterator[Mutant]:
    end = max(_end(text, target), target.key_end)
    # An item in block style goes with its dash.
    start = target.start if target.keyed or target.flow else text.rindex("-", 0, target.start)
    first, last = target.around
    # Of an item whose only key is gone, its dash is left.
    first = len(text[:first].rstrip())
    yield Mutant(text[:start] + text[end:], first, last - (end - start), "removed")


def _doubled(text: str, target: _Target) -> Iterator[Mutant]:
    end = max(_end(text, target), target.key_end)
    entry = text[target.start : end]
    between = "\n" + " " * target.column
    if target.flow:
        between = ", "
    elif not target.keyed:
        between = f"{between[:-2]}- "
    changed = text[:end] + between + entry + text[end:]
    yield Mutant(changed, target.start, end + len(between) + len(entry), "doubled")
