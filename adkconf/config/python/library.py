"""Looks names up in Python files, through imports and base classes."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.python.installed import InstalledModules
from adkconf.config.python.source import Definition, Origin, PythonSource, parse_python
from adkconf.config.reading.source import Source, read_source
from adkconf.config.spec.reference import module_file

# Longer chains of imports and bases are circles.
_MAX_STEPS = 20
# What these define is known by name, and long to read.
_KNOWN = {*sys.stdlib_module_names, "pydantic"}

Read = Callable[[Path], Source | Diagnostic]


@dataclass(frozen=True)
class Found:
    """A definition, and the file it is in."""

    name: str
    definition: Definition
    file: Path
    source: PythonSource


class Library:
    """Reads each Python file once; those that are not of the project once per process.

    `read` reads the project's own.
    """

    def __init__(self, root: Path, read: Read = read_source) -> None:
        self._root = root
        self._read = read
        self._own: dict[Path, PythonSource | Diagnostic] = {}

    def source(self, file: Path) -> PythonSource | Diagnostic:
        """Returns what a file of the project defines."""
        if file not in self._own:
            text = self._read(file)
            self._own[file] = parse_python(text) if isinstance(text, Source) else text
        return self._own[file]

    def find(self, file: Path, name: str) -> Found | None:
        """Returns what a name of a file stands for, where it is defined; None if that is not seen.

        An import that leads to no file that can be read is found as the import that it is.
        """
        found: Found | None = None
        for _ in range(_MAX_STEPS):
            source = self._any_source(file)
            definition = source.definitions.get(name) if source else None
            if source is None or definition is None:
                return found
            found = Found(name, definition, file, source)
            if definition.kind != "import" or definition.origin is None:
                return found
            target = self._file_of(definition.origin, file)
            if target is None:
                return found
            file, name = target, definition.origin.name
        return None

    def bases(self, found: Found) -> list[Found | None]:
        """Returns the classes that a class extends directly; None for what is not seen."""
        node = found.definition.node
        if not isinstance(node, ast.ClassDef):
            return []
        return [self._named(base, found) for base in node.bases]

    def ancestors(self, found: Found) -> Iterator[str]:
        """Yields the names of a class and of all that it extends, as far as they are seen."""
        pending, seen = [found], set()
        while pending:
            cls = pending.pop()
            if (cls.file, cls.name) in seen:
                continue
            seen.add((cls.file, cls.name))
            yield cls.definition.origin.name if cls.definition.origin else cls.name
            pending += [base for base in self.bases(cls) if base is not None]

    def find_origin(self, origin: Origin, file: Path) -> Found | None:
        """Returns what an import of a file takes."""
        target = self._file_of(origin, file)
        if target is not None:
            return self.find(target, origin.name)
        return Found(origin.name, Definition("import", origin=origin), file, PythonSource())

    def _named(self, base: ast.expr, owner: Found) -> Found | None:
        if isinstance(base, ast.Subscript):
            base = base.value
        if isinstance(base, ast.Name):
            return self.find(owner.file, base.id)
        origin = dotted_origin(base, owner.source)
        return self.find_origin(origin, owner.file) if origin else None

    def _any_source(self, file: Path) -> PythonSource | None:
        own = file.is_relative_to(self._root) and "site-packages" not in file.parts
        source = self.source(file) if own else _installed_source(file)
        return source if isinstance(source, PythonSource) else None

    def _file_of(self, origin: Origin, file: Path) -> Path | None:
        parts = origin.module.split(".") if origin.module else []
        if origin.level:
            homes = file.parents[origin.level - 1 : origin.level]
            return _existing(homes[0], parts) if homes else None
        if parts and parts[0] in _KNOWN:
            return None
        for home in dict.fromkeys((file.parent, self._root)):
            if (found := _existing(home, parts)) is not None:
                return found
        return _installed_file(origin.module)


def dotted_origin(node: ast.expr, source: PythonSource) -> Origin | None:
    """Returns where `module.Name` comes from, if `module` is an import."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    definition = source.definitions.get(node.id)
    origin = definition.origin if definition else None
    if origin is None:
        return None
    path = [*filter(None, (origin.module, origin.name)), *names]
    return Origin(".".join(path[:-1]), path[-1], origin.level)


def _existing(home: Path, parts: list[str]) -> Path | None:
    file = module_file(home, parts) if parts else home / "__init__.py"
    return file if os.path.isfile(file) else None


@cache
def _installed_file(module: str) -> Path | None:
    return InstalledModules.file_of(module)


@cache
def _installed_source(file: Path) -> PythonSource | Diagnostic:
    text = read_source(file)
    return parse_python(text) if isinstance(text, Source) else text
