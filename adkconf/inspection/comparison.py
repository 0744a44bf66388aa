"""What differs between two apps, in meaning."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from adkconf.config.located import join_path
from adkconf.inspection.normal_form import normal_form
from adkconf.inspection.resolved import Leaf, Tree

Steps = tuple[str | int, ...]

_LONGEST = 100
_PLAIN = re.compile(r"[\w-]+")
# Above this depth, what is there on one side only is told value by value.
_SECTIONS = 2


@dataclass(frozen=True)
class Difference:
    """One change. `old` and `new` are texts, without secrets; empty for what is not there.

    `steps` lead to it; what is in a list of things with names is found by its name.
    """

    steps: Steps
    kind: Literal["added", "removed", "changed", "reordered"]
    old: str = ""
    new: str = ""

    @property
    def path(self) -> str:
        """The steps as a text: `root_agent.sub_agents.poet.model`."""
        path = ""
        for step in self.steps:
            plain = isinstance(step, int) or _PLAIN.fullmatch(step)
            path = join_path(path, step) if plain else f"{path}[{step}]"
        return path


def compare(old: Tree, new: Tree) -> list[Difference]:
    """Returns the differences between two apps, which have their defaults in them."""
    return list(_compare(normal_form(old), normal_form(new), ()))


def _compare(old: Tree, new: Tree, steps: Steps) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _compare_maps(old, new, steps)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _compare_lists(old, new, steps)
    elif _exact(old) != _exact(new):
        yield Difference(steps, "changed", _text(old), _text(new))


def _compare_maps(old: dict[str, Tree], new: dict[str, Tree], steps: Steps) -> Iterator[Difference]:
    for key in dict.fromkeys([*old, *new]):
        below = (*steps, key)
        one, other = old.get(key), new.get(key)
        if len(steps) < _SECTIONS and isinstance(one or other, dict):
            one, other = one or {}, other or {}
        if one is not None and other is not None:
            yield from _compare(one, other, below)
        elif one is not None and not _is_default(one):
            yield Difference(below, "removed", old=_text(one))
        elif other is not None and not _is_default(other):
            yield Difference(below, "added", new=_text(other))


def _compare_lists(old: list[Tree], new: list[Tree], steps: Steps) -> Iterator[Difference]:
    before, after = _by_name(old), _by_name(new)
    if before is None or after is None:
        if len(old) != len(new):
            yield Difference(steps, "changed", _text(old), _text(new))
            return
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _compare(one, other, (*steps, index))
        return
    yield from _compare_maps(before, after, steps)
    kept = [name for name in before if name in after]
    order = [name for name in after if name in before]
    if kept != order:
        yield Difference(steps, "reordered", ", ".join(kept), ", ".join(order))


def _by_name(items: list[Tree]) -> dict[str, Tree] | None:
    """Returns the items of a list by their names, if all have one of their own."""
    named: dict[str, Tree] = {}
    for item in items:
        name, value = _name(item)
        if not name or name in named:
            return None
        named[name] = value
    return named


def _name(item: Tree) -> tuple[str, Tree]:
    if not isinstance(item, dict):
        return "", item
    if isinstance(name := item.get("name"), Leaf):
        return str(name.value), item
    if len(item) == 1:
        return next(iter(item.items()))
    if "from_node" in item and "to_node" in item:
        route = f" ({_text(item['route'])})" if "route" in item else ""
        return f"{_text(item['from_node'])} → {_text(item['to_node'])}{route}", item
    return "", item


def _is_default(tree: Tree) -> bool:
    """Tells whether nothing of it is written; that is as good as not being there."""
    if isinstance(tree, Leaf):
        return tree.origin.kind == "default" and tree.exact != {}
    below = tree.values() if isinstance(tree, dict) else tree
    return all(_is_default(item) for item in below)


def _exact(tree: Tree) -> Any:
    if isinstance(tree, dict):
        return {key: _exact(value) for key, value in tree.items()}
    return [_exact(item) for item in tree] if isinstance(tree, list) else tree.exact


def _shown(tree: Tree) -> Any:
    if isinstance(tree, dict):
        return {key: _shown(value) for key, value in tree.items() if not _is_default(value)}
    return [_shown(item) for item in tree] if isinstance(tree, list) else tree.value


def _text(tree: Tree) -> str:
    shown = _shown(tree)
    text = shown if isinstance(shown, str) and shown else json.dumps(shown, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
