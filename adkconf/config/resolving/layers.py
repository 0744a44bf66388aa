"""Puts a file together with those that it extends."""

from __future__ import annotations

import os
from pathlib import Path

from adkconf.config.nodes import Mapping, Node, Scalar, Sequence
from adkconf.config.reading.source import display_name
from adkconf.config.resolving.interpolation import Interpolator
from adkconf.config.resolving.merge import merge, without
from adkconf.config.resolving.project import Project
from adkconf.config.suggestion import near_file

_FILES = (".yaml", ".yml")
MAX_LAYERS = 8

_PROFILES = "profiles"


def read_layers(
    path: Path, project: Project, interpolator: Interpolator, chain: tuple[Path, ...] = ()
) -> Mapping | None:
    """Reads a file and lays it over the files that it extends."""
    own = project.tree(path)
    if own is None:
        return None
    below: Mapping | None = None
    for node in _extended(own, interpolator):
        layer = _read_extended(node, project, interpolator, (*chain, path))
        if layer is not None:
            below = layer if below is None else _lay_over(below, layer)
    return own if below is None else _lay_over(below, own)


def _lay_over(below: Mapping, own: Mapping) -> Mapping:
    """Merges two files; what their profiles remove is removed only when one is chosen."""
    merged = merge(without(below, _PROFILES), without(own, _PROFILES))
    profiles = [
        Mapping(file.span, {_PROFILES: file.entries[_PROFILES]})
        for file in (below, own)
        if _PROFILES in file.entries
    ]
    if profiles:
        both = merge(profiles[0], profiles[-1], removing=False)
        merged.entries.update(both.entries)
    return merged


def _extended(own: Mapping, interpolator: Interpolator) -> list[Scalar]:
    node: Node | None = own.get("extends")
    items = node.items if isinstance(node, Sequence) else () if node is None else (node,)
    texts = [interpolator.scalar(item) for item in items if isinstance(item, Scalar)]
    # Those of another type are reported with the rest of the file's shape.
    return [item for item in texts if isinstance(item.value, str) and not item.broken]


def _read_extended(
    node: Scalar, project: Project, interpolator: Interpolator, chain: tuple[Path, ...]
) -> Mapping | None:
    path = project.path_at(node.text, node.span)
    if path in chain:
        way = " → ".join(display_name(file) for file in (*chain[chain.index(path) :], path))
        project.problems.add(
            node.span, "E402", f"the file extends itself: {way}", hint="remove one", path="extends"
        )
        return None
    if len(chain) >= MAX_LAYERS:
        message = f"more than {MAX_LAYERS} files extend each other"
        project.problems.add(node.span, "E103", message, path="extends")
        return None
    if not os.path.isfile(path):
        project.files.add(path)
        message = f"the file {display_name(path)!r} does not exist"
        hint = near_file(path, _FILES)
        project.problems.add(node.span, "E401", message, hint=hint, path="extends")
        return None
    return read_layers(path, project, interpolator, chain)
