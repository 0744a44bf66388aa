"""From nodes to plain data that knows its places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from adkconf.config.located import (
    BROKEN,
    Broken,
    LocatedList,
    LocatedMap,
    LocatedText,
    LooseText,
    Mark,
    join_path,
)
from adkconf.config.nodes import Mapping, Node, Scalar, Sequence


@dataclass
class AppData:
    """An app's data, the paths of values that must not be shown, and what is among its values.

    Some may be broken, and the types of loose texts are not decided yet. It `is_sound` if what is
    left of it has the right shape.
    """

    root: LocatedMap
    secret_paths: set[str] = field(default_factory=set)
    has_broken: bool = False
    has_loose: bool = False
    is_sound: bool = True


def to_data(root: Mapping) -> AppData:
    """Returns the data of a tree."""
    app = AppData(LocatedMap(root.span, ""))
    _fill(app.root, root, app)
    return app


def _value(node: Node, path: str, app: AppData) -> Any:
    if isinstance(node, Scalar):
        return _scalar(node, path, app)
    if isinstance(node, Mapping):
        made = LocatedMap(node.span, path)
        _fill(made, node, app)
        return made
    return _list(node, path, app)


def _fill(made: LocatedMap, node: Mapping, app: AppData) -> None:
    for key, entry in node.entries.items():
        made[key] = _value(entry.node, join_path(made.path, key), app)
        made.marks[key] = Mark(entry.key_span, entry.node.span)


def _list(node: Sequence, path: str, app: AppData) -> LocatedList:
    made = LocatedList(node.span, path)
    for index, item in enumerate(node.items):
        made.append(_value(item, join_path(path, index), app))
        made.spans.append(item.span)
    return made


def _scalar(node: Scalar, path: str, app: AppData) -> Any:
    if node.broken:
        app.has_broken = True
        return BROKEN
    if node.variables:
        app.secret_paths.add(path)
    if not isinstance(node.value, str):
        return node.value
    if node.loose:
        app.has_loose = True
        return LooseText.of(node.value, node.span, path)
    return LocatedText.of(node.value, node.span, path)


# Without these nobody can tell what the rest of a mapping is about.
_TELLING = ("agent_class", "code", "uri")


def strip_broken(data: Any) -> Any:
    """Takes out what is broken, at every depth; returns what is left."""
    if isinstance(data, LocatedMap):
        for key, value in list(data.items()):
            data[key] = strip_broken(value)
            if isinstance(data[key], Broken):
                del data[key]
                if key in _TELLING:
                    return BROKEN
    elif isinstance(data, LocatedList):
        stripped = [strip_broken(item) for item in data]
        kept = [index for index, item in enumerate(stripped) if not isinstance(item, Broken)]
        data.spans[:] = [data.spans[index] for index in kept]
        data[:] = [stripped[index] for index in kept]
    return data
