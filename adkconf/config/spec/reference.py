"""References to Python objects, as values; nothing is imported here."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import CoreSchema, core_schema

from adkconf.config.span import Span

# Both forms with a colon: `package.module:Object` and `./file.py:Object`.
FILE_REFERENCE = r"^[^:]*\.py:[A-Za-z_][\w.]*$"
MODULE_REFERENCE = r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$"
DOTTED_REFERENCE = r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$"
REFERENCE = f"{FILE_REFERENCE}|{MODULE_REFERENCE}|{DOTTED_REFERENCE}"

_REFERENCE = re.compile(REFERENCE)
# No path and no module has a longer name; the patterns take long on longer texts.
MAX_LENGTH = 1024


@dataclass(frozen=True)
class PythonRef:
    """A Python object, not yet imported.

    `attribute` is its name, dotted for something inside a class. `file` is the absolute path of
    the source where it is known: always for `./file.py:Object`, and for a module that is found in
    the project. `module` is the dotted module as written, None for `./file.py:Object`. A module
    of the project is importable when `search_path` is on the import path; None means that the
    module is installed.
    """

    text: str
    attribute: str
    at: Span
    path: str = ""
    file: Path | None = None
    module: str | None = None
    search_path: Path | None = None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        """Has sections take references as they are, made already."""
        return core_schema.is_instance_schema(cls)


def is_reference(text: str) -> bool:
    """Tells whether the text has one of the forms of a reference."""
    return len(text) <= MAX_LENGTH and _REFERENCE.match(text) is not None


def locate_reference(text: str, *, at: Span, path: str, root: Path) -> PythonRef:
    """Makes the reference that `text`, which has one of the forms, stands for.

    A module is looked for in the project `root` and next to the file that names it; for both
    the directory above counts as well where the module starts with the directory's own name, as
    in `my_agent.tools.search` inside of `my_agent/`.
    """
    before, colon, attribute = text.rpartition(":")
    home = _home(at, root)
    if colon and before.endswith(".py"):
        return PythonRef(
            text, attribute, at, path, file=Path(os.path.abspath(os.path.join(home, before)))
        )
    parts = (before or text).split(".")
    if not colon:
        parts, attribute = parts[:-1], parts[-1]
    for search_path in _search_paths(parts[0], home, root):
        module, inner = (parts, []) if colon else _split_class(parts, search_path)
        return PythonRef(
            text,
            ".".join([*inner, attribute]),
            at,
            path,
            file=module_file(search_path, module),
            module=".".join(module),
            search_path=search_path,
        )
    return PythonRef(text, attribute, at, path, module=".".join(parts))


def module_file(search_path: Path, parts: list[str]) -> Path:
    """Returns the source of a module below a directory; of a missing one, where it would be."""
    package = search_path.joinpath(*parts, "__init__.py")
    module = search_path.joinpath(*parts).with_suffix(".py")
    # A directory is a package without __init__.py too.
    return package if os.path.isfile(package) else module


def _home(at: Span, root: Path) -> Path:
    return root if at.file.startswith("--") else Path(os.path.dirname(os.path.abspath(at.file)))


def _search_paths(top: str, home: Path, root: Path) -> list[Path]:
    found = []
    for directory in dict.fromkeys((root, home)):
        path = os.path.join(directory, top)
        if os.path.isdir(path) or os.path.isfile(f"{path}.py"):
            found.append(directory)
        elif directory.name == top:
            found.append(directory.parent)
    return found


def _split_class(parts: list[str], search_path: Path) -> tuple[list[str], list[str]]:
    """Splits `module.Class` where the whole is no module but its beginning is."""
    for end in range(len(parts), 0, -1):
        if os.path.isfile(module_file(search_path, parts[:end])):
            return parts[:end], parts[end:]
    return parts, []
