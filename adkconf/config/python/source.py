"""What a Python file defines, read without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from adkconf.config.diagnostics import Diagnostic, diagnostic
from adkconf.config.reading.source import Source
from adkconf.config.span import Span

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Origin:
    """Where an import takes something from; without a `name` it is the module itself.

    `level` counts the dots of a relative import.
    """

    module: str
    name: str = ""
    level: int = 0


@dataclass(frozen=True)
class Definition:
    """A name of a module, with its code where that says more: a class, a function, a value."""

    kind: Literal["class", "function", "import", "module", "value"]
    node: ast.AST | None = None
    members: Mapping[str, Definition] = field(default_factory=dict)
    origin: Origin | None = None


@dataclass(frozen=True)
class PythonSource:
    """The names of a module; with `complete` off there may be others, from `import *`."""

    definitions: dict[str, Definition] = field(default_factory=dict)
    complete: bool = True


def parse_python(source: Source) -> PythonSource | Diagnostic:
    """Reads the definitions of a module."""
    try:
        return _read(source.text)
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        end_line, end_column = error.end_lineno or line, error.end_offset or column + 1
        if (end_line, end_column) <= (line, column):
            end_line, end_column = line, column + 1
        at = Span(source.name, line, max(column, 1), end_line, max(end_column, 1))
        return diagnostic(at, "E506", f"the file is no valid Python: {error.msg}")
    # What the parser raises on input that no person writes.
    except (ValueError, RecursionError, MemoryError) as error:
        return diagnostic(Span(source.name), "E506", f"the file cannot be parsed: {error}")


# An app is loaded again after each edit, and most of its files are as they were.
@lru_cache(maxsize=32)
def _read(text: str) -> PythonSource:
    definitions: dict[str, Definition] = {}
    complete = _collect(ast.parse(text).body, definitions)
    return PythonSource(definitions, complete)


def _collect(body: Iterable[ast.stmt], found: dict[str, Definition]) -> bool:
    """Adds the names that statements bind; returns whether these are all."""
    complete = True
    for statement in body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found[statement.name] = Definition("function", statement)
            case ast.ClassDef():
                members: dict[str, Definition] = {}
                _collect(statement.body, members)
                found[statement.name] = Definition("class", statement, members)
            case ast.Import() | ast.ImportFrom():
                complete &= _collect_import(statement, found)
            case ast.Assign(targets=[ast.Name(id=name)]):
                found[name] = Definition("value", statement.value)
                complete &= _collect_others(statement, found)
            case _:
                complete &= _collect_others(statement, found)
    return complete


def _collect_import(statement: ast.Import | ast.ImportFrom, found: dict[str, Definition]) -> bool:
    if isinstance(statement, ast.Import):
        for name in statement.names:
            bound = name.asname or name.name.partition(".")[0]
            origin = Origin(name.name if name.asname else bound)
            found[bound] = Definition("module", origin=origin)
        return True
    module, level = statement.module or "", statement.level
    for name in statement.names:
        origin = Origin(module, name.name, level)
        found[name.asname or name.name] = Definition("import", origin=origin)
    return all(name.name != "*" for name in statement.names)


def _collect_others(statement: ast.stmt, found: dict[str, Definition]) -> bool:
    complete = True
    for block in ("body", "orelse", "finalbody"):
        complete &= _collect(getattr(statement, block, ()), found)
    for handler in getattr(statement, "handlers", ()):
        complete &= _collect(handler.body, found)
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.setdefault(node.id, Definition("value"))
    return complete
