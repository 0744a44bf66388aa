"""From nodes to plain data that knows its places."""

from __future__ import annotations

from dataclasses import dataclass
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
from adkconf.config.nodes import Mapping, Node, Scalar, Sequence, walk_scalars


@dataclass
class AppData:
    """An app's data, the paths of values that must not be shown, and whether any is broken.

    It `is_sound` if what is left of it has the right shape.
    """

    root: LocatedMap
    secret_paths: set[str]
    has_broken: bool
    is_sound: bool = True


def to_data(root: Mapping) -> AppData:
    """Returns the data of a tree."""
    secret_paths: set[str] = set()
    has_broken = any(scalar.broken for scalar in walk_scalars(root))
    return AppData(_map(root, "", secret_paths), secret_paths, has_broken)


def _value(node: Node, path: str, secret_paths: set[str]) -> Any:
    if isinstance(node, Mapping):
        return _map(node, path, secret_paths)
    if isinstance(node, Sequence):
        return _list(node, path, secret_paths)
    return _scalar(node, path, secret_paths)


def _map(node: Mapping, path: str, secret_paths: set[str]) -> LocatedMap:
    made = LocatedMap(node.span, path)
    for key, entry in node.entries.items():
        made[key] = _value(entry.node, join_path(path, key), secret_paths)
        made.marks[key] = Mark(entry.key_span, entry.node.span)
    return made


def _list(node: Sequence, path: str, secret_paths: set[str]) -> LocatedList:
    made = LocatedList(node.span, path)
    for index, item in enumerate(node.items):
        made.append(_value(item, join_path(path, index), secret_paths))
        made.spans.append(item.span)
    return made


def _scalar(node: Scalar, path: str, secret_paths: set[str]) -> Any:
    if node.broken:
        return BROKEN
    if node.variables:
        secret_paths.add(path)
    if isinstance(node.value, str):
        kind = LooseText if node.loose else LocatedText
        return kind.of(node.value, node.span, path)
    return node.value


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
