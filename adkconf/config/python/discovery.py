"""Finds what the Python files of a project offer to its app."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adkconf.config.python.library import Found, Library
from adkconf.config.python.source import PythonSource

AGENT = "agent"
FUNCTION = "function"

# The class that says what something is.
_BASES = {
    "BasePlugin": "plugin",
    "BaseTool": "tool",
    "BaseToolset": "tool",
    "BaseLlm": "model",
    "BasePlanner": "planner",
    "BaseCodeExecutor": "code_executor",
    "BaseSessionService": "session",
    "BaseArtifactService": "artifact",
    "BaseMemoryService": "memory",
    "BaseCredentialService": "credential",
    "BaseAgent": AGENT,
}
_NOT_OF_THE_APP = ("tests", "test", "build", "dist", "node_modules", "site-packages")
_MAX_FILES = 500


@dataclass(frozen=True)
class Offer:
    """A class or function of the project, by the reference that names it.

    `kind` is a family of components, `agent` or `function`.
    """

    kind: str
    reference: str
    found: Found


def find_offers(root: Path, library: Library) -> Iterator[Offer]:
    """Yields what the files below a directory define, in the order of their paths.

    Hidden files, tests, virtual environments and names with an underscore in front are left out.
    """
    for file in _python_files(root):
        source = library.source(file)
        if not isinstance(source, PythonSource):
            continue
        path = file.relative_to(root).as_posix()
        for name, definition in source.definitions.items():
            found = Found(name, definition, file, source)
            kind = None if name.startswith("_") else _kind(found, library)
            if kind is not None:
                yield Offer(kind, f"./{path}:{name}", found)


def _kind(found: Found, library: Library) -> str | None:
    node = found.definition.node
    if isinstance(node, ast.ClassDef):
        return next((_BASES[name] for name in library.ancestors(found) if name in _BASES), None)
    return FUNCTION if found.definition.kind == "function" else None


def _python_files(root: Path) -> Iterator[Path]:
    left = _MAX_FILES
    for directory, below, names in os.walk(root):
        if "pyvenv.cfg" in names:
            below.clear()
            continue
        below[:] = sorted(name for name in below if name[0] != "." and name not in _NOT_OF_THE_APP)
        for name in sorted(names):
            if name.endswith(".py") and name[0] != "." and not name.startswith("test_") and left:
                left -= 1
                yield Path(directory, name)
