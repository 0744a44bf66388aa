"""The app as it is after everything that changes a file, and where each value came from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from adkconf.config.loaded import Loaded
from adkconf.config.located import LocatedList, LocatedMap, Mark, Step
from adkconf.config.resolving.project import OPTION
from adkconf.config.span import Span
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.component import ComponentSpec
from adkconf.config.spec.contained import references_in
from adkconf.config.spec.policies import SwitchSection
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section
from adkconf.inspection.secrecy import HIDDEN, Secrecy, Shown, interpolations

_LEFT_OUT = ("extends", "profiles")


@dataclass(frozen=True)
class Origin:
    """Where a value came from.

    `place` is `file:line`, or the option of the command line; empty for defaults. `variables`
    are those in the value; `unset`, those of them that are not set.
    """

    kind: Literal["file", "profile", "variable", "flag", "default"]
    place: str = ""
    profile: str = ""
    variables: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()


@dataclass(frozen=True)
class Leaf:
    """A value with nothing below it, as it may be shown.

    Text that is `written` has its `${…}` in it. `exact` is the value itself, only to be compared.
    """

    value: Any
    origin: Origin
    written: bool = False
    exact: Any = field(default=None, repr=False)


Tree = dict[str, "Tree"] | list["Tree"] | Leaf


def resolve(loaded: Loaded, spec: AppSpec, *, profile: str | None, defaults: bool) -> Tree:
    """Returns the app; with `defaults`, also what holds where nothing is written."""
    resolver = _Resolver(loaded, spec, profile)
    data = spec.written()
    tree = {
        key: resolver.node(value, data.marks.get(key, Mark(data.at, data.at)).value, (key,))
        for key, value in data.items()
        if key not in _LEFT_OUT
    }
    return _with_defaults(tree, spec) if defaults else tree


class _Resolver:
    def __init__(self, loaded: Loaded, spec: AppSpec, profile: str | None) -> None:
        self._root = loaded.root
        self._environ = loaded.environ
        self._templates = loaded.templates
        self._secrecy = Secrecy(loaded.environ)
        self._secrets = loaded.secrets
        self._profile = profile or ""
        profiles = spec.written().get("profiles") or {}
        self._in_profile = set(_spans(profiles.get(profile)))
        self._references = {
            (ref.at, ref.text): text
            for ref in references_in(spec)
            if (text := self._moved(ref)) is not None
        }

    def node(self, data: Any, at: Span, steps: tuple[Step, ...]) -> Tree:
        """Returns the tree of a value that is written at a place."""
        if isinstance(data, LocatedMap) and data:
            tree: dict[str, Tree] = {}
            for key, value in data.items():
                mark = data.marks.get(key, Mark(data.at, data.at))
                name = self._references.get((mark.key, key), key)
                tree[name] = self.node(value, mark.value, (*steps, key))
            return tree
        if isinstance(data, LocatedList) and data:
            return [
                self.node(item, span, (*steps, index))
                for index, (item, span) in enumerate(zip(data, data.spans, strict=True))
            ]
        exact = self._from_root(data, at, steps)
        shown = self._shown(exact, at, steps)
        return Leaf(shown.value, self._origin(at), shown.written, exact)

    def _from_root(self, data: Any, at: Span, steps: tuple[Step, ...]) -> Any:
        """Returns a value without what ties it to the place where it is written."""
        if isinstance(data, LocatedMap):
            return {}
        if isinstance(data, LocatedList):
            return []
        if not isinstance(data, str):
            return data
        text = self._references.get((at, data), str(data))
        return self._path(text, at) if steps[:2] == ("env", "files") else text

    def _shown(self, data: Any, at: Span, steps: tuple[Step, ...]) -> Shown:
        use = self._templates.get(at)
        template = use.template if use else None
        secret_type = at in self._secrets
        shown = self._secrecy.shown(data, steps, template, secret_type=secret_type)
        # The path of a file that is named elsewhere would not lead to it from the project.
        misleading = "${file:" in str(shown.value) and self._home(at) != self._root
        return Shown(HIDDEN) if shown.written and misleading else shown

    def _origin(self, at: Span) -> Origin:
        flag = at.file.startswith(OPTION)
        place = at.file if flag else f"{at.file}:{at.line}"
        use = self._templates.get(at)
        parts = interpolations(use.template) if use else ()
        names = tuple(part.name for part in parts if part.name)
        profile = self._profile if at in self._in_profile else ""
        unset = tuple(name for name in names if name not in self._environ)
        kind: Any = "variable" if names else "flag" if flag else "profile" if profile else "file"
        return Origin(kind, place, profile, names, unset)

    def _moved(self, ref: PythonRef) -> str | None:
        """Returns how a reference is written in the project's directory, if not as it is."""
        if ref.file is None or self._home(ref.at) == self._root:
            return None
        if ref.module is not None and ref.search_path in (self._root, self._root.parent):
            return None
        return f"{_relative(ref.file, self._root)}:{ref.attribute}"

    def _path(self, text: str, at: Span) -> str:
        home = self._home(at)
        return text if home == self._root else _relative(home / text, self._root)

    def _home(self, at: Span) -> Path:
        if at.file.startswith(OPTION):
            return self._root
        return Path(os.path.abspath(at.file)).parent


def _relative(path: Path, root: Path) -> str:
    relative = Path(os.path.relpath(path, root)).as_posix()
    return relative if relative.startswith("..") else f"./{relative}"


def _spans(data: Any) -> Iterator[Span]:
    """Yields the places of all values below a container."""
    if isinstance(data, LocatedMap):
        for key, value in data.items():
            yield data.marks[key].value
            yield from _spans(value)
    elif isinstance(data, LocatedList):
        yield from data.spans
        for item in data:
            yield from _spans(item)


def _with_defaults(tree: Tree, spec: Any) -> Tree:
    """Adds the defaults of sections that mean something; those of components are their own."""
    if isinstance(tree, Leaf) and isinstance(spec, SwitchSection):
        (switch,) = spec.model_fields_set
        tree = {switch: tree}
    if isinstance(tree, dict) and isinstance(spec, Section) and not isinstance(spec, ComponentSpec):
        return {**tree, **_completed(tree, spec)}
    if isinstance(tree, dict) and isinstance(spec, Mapping):
        return {key: _with_defaults(item, spec.get(key)) for key, item in tree.items()}
    if isinstance(tree, list) and isinstance(spec, tuple) and len(tree) == len(spec):
        return [_with_defaults(item, below) for item, below in zip(tree, spec, strict=True)]
    return tree


def _completed(tree: Mapping[str, Tree], section: Section) -> dict[str, Tree]:
    completed: dict[str, Tree] = {}
    for name, about in type(section).model_fields.items():
        key = about.alias or name
        value = getattr(section, name)
        if key in tree:
            completed[key] = _with_defaults(tree[key], value)
        elif name in section.model_fields_set:
            continue
        elif isinstance(value, Section):
            if below := _completed({}, value):
                completed[key] = below
        elif isinstance(value, (bool, int, float)) or (isinstance(value, str) and value):
            completed[key] = Leaf(value, Origin("default"), exact=value)
    return completed
