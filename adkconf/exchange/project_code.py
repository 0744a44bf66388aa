"""The project's own Python files that an app uses, and how ejected code imports them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from adkconf.builder.problems import NOT_SUPPORTED, Fault
from adkconf.config.spec.reference import PythonRef


@dataclass(frozen=True)
class ProjectCode:
    """The files below `root`, as paths from there.

    `bare` tells whether they import each other by their bare names, as they can when they are
    beside `app.yaml`; otherwise they work as modules of any package.
    """

    root: Path
    files: tuple[Path, ...]
    bare: bool

    @classmethod
    def of(cls, root: Path, refs: Iterable[PythonRef]) -> ProjectCode:
        """Finds the files that the references name, and those that they import."""
        named = [ref.file for ref in refs if ref.file and ref.file.is_relative_to(root)]
        found, bare = _reached(named, root)
        return cls(root, tuple(sorted(file.relative_to(root) for file in found)), bare)

    def module(self, ref: PythonRef) -> str:
        """Returns what to import from for a reference.

        Raises:
            Fault: code in the app's directory cannot import it.
        """
        if ref.file is None:
            return ref.module or ref.text
        if not ref.file.is_relative_to(self.root):
            raise Fault(
                NOT_SUPPORTED,
                f"{ref.text} is outside of the project, its file is not copied",
                hint="move it into the app's directory",
            )
        parts = list(ref.file.relative_to(self.root).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        if not parts or not all(part.isidentifier() for part in parts):
            raise Fault(
                NOT_SUPPORTED,
                f"{ref.text} is not in a module that Python can import by name",
                hint="give its file a name of letters, digits and underscores",
            )
        return ("" if self.bare else ".") + ".".join(parts)


def program_files(file: Path) -> set[Path]:
    """Returns the file of a program, and those that it imports when it is started by its name."""
    return _reached([file], file.parent)[0]


def _reached(files: Iterable[Path], root: Path) -> tuple[set[Path], bool]:
    """Returns files and what they import, and whether some do by their bare names."""
    open_, found, bare = [*files], set[Path](), False
    while open_:
        file = open_.pop()
        if file in found or not file.is_file():
            continue
        found.add(file)
        for below, by_bare_name in _imports(file, root):
            bare = bare or by_bare_name
            open_.append(below)
    return found, bare


def _imports(file: Path, root: Path) -> Iterator[tuple[Path, bool]]:
    """Yields files of the project that a file imports, and whether by their bare names."""
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [(alias.name.split("."), 0) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            before = node.module.split(".") if node.module else []
            names = [([*before, alias.name], node.level) for alias in node.names]
            names.append((before, node.level))
        else:
            continue
        for parts, level in names:
            home = file.parents[level - 1] if level else root
            for path in _files(home, parts):
                yield path, not level


def _files(home: Path, parts: list[str]) -> Iterator[Path]:
    for end in range(1, len(parts) + 1):
        module = home.joinpath(*parts[:end])
        for path in (module.with_name(f"{module.name}.py"), module / "__init__.py"):
            if path.is_file():
                yield path
