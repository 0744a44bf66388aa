"""Puts a file together with those that it extends."""

from __future__ import annotations

import os
from pathlib import Path

from adkconf.config.checking.removals import check_removals
from adkconf.config.nodes import Mapping, Node, Scalar, Sequence
from adkconf.config.problems import EnoughErrorsError
from adkconf.config.reading.source import display_name
from adkconf.config.resolving.interpolation import Interpolator
from adkconf.config.resolving.merge import merge, without
from adkconf.config.resolving.project import Project
from adkconf.config.suggestion import near_file

_FILES = (".yaml", ".yml")
# Of the language; the value of `schema`.
VERSION = 1
MAX_LAYERS = 8
MAX_FILES = 100

_PROFILES = "profiles"


def read_layers(path: Path, project: Project, interpolator: Interpolator) -> Mapping | None:
    """Reads a file and lays it over the files that it extends."""
    return _Layers(project, interpolator).read(path, ())


class _Layers:
    """Reads files that extend each other, a bounded number of them."""

    def __init__(self, project: Project, interpolator: Interpolator) -> None:
        self._project = project
        self._interpolator = interpolator
        self._count = 0
        self._checked: set[Path] = set()

    def read(self, path: Path, chain: tuple[Path, ...], *, above: bool = False) -> Mapping | None:
        """Reads a file that the files of the chain extend, the nearest last.

        `above` tells that it is laid over another one.
        """
        own = self._project.tree(path)
        if own is None:
            return None
        self._refuse_newer(own)
        below: Mapping | None = None
        for node in _extended(own, self._interpolator):
            layer = self._extended(node, (*chain, path), above=above or below is not None)
            if layer is None:
                self._project.lacks_layers = True
            else:
                below = layer if below is None else _lay_over(below, layer)
        if above or below is not None:
            self._check_removals(path, own)
        return own if below is None else _lay_over(below, own)

    def _check_removals(self, path: Path, own: Mapping) -> None:
        """Notes unknown keys that a file removes; those of profiles are noted with profiles."""
        if path not in self._checked:
            self._checked.add(path)
            check_removals(without(own, _PROFILES), self._project.problems)

    def _refuse_newer(self, tree: Mapping) -> None:
        """Ends the reading at a file of a later language: whatever it says, we cannot judge it."""
        version = tree.get("schema")
        if not isinstance(version, Scalar) or not isinstance(version.value, int):
            return
        if version.value > VERSION:
            message = f"the file is written in version {version.value} of the language"
            hint = f"this adkconf knows version {VERSION}; install a newer one"
            self._project.problems.add(version.span, "E109", message, hint=hint, path="schema")
            raise EnoughErrorsError

    def _extended(self, node: Scalar, chain: tuple[Path, ...], *, above: bool) -> Mapping | None:
        path = self._project.path_at(node.text, node.span)
        self._count += 1
        if (refusal := self._refusal(path, chain)) is not None:
            code, message, hint = refusal
            self._project.problems.add(node.span, code, message, hint=hint, path="extends")
            return None
        return self.read(path, chain, above=above)

    def _refusal(self, path: Path, chain: tuple[Path, ...]) -> tuple[str, str, str] | None:
        if path in chain:
            way = " → ".join(display_name(file) for file in (*chain[chain.index(path) :], path))
            return "E402", f"the file extends itself: {way}", "remove one"
        if len(chain) >= MAX_LAYERS or self._count > MAX_FILES:
            return (
                "E103",
                f"more than {MAX_LAYERS} levels or {MAX_FILES} files extend each other",
                "",
            )
        if not os.path.isfile(path):
            self._project.files.add(path)
            message = f"the file {display_name(path)!r} does not exist"
            return "E401", message, near_file(path, _FILES)
        return None


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
