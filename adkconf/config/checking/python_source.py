"""What a Python file defines, read without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from adkconf.config.diagnostics import Diagnostic, diagnostic
from adkconf.config.reading.source import Source
from adkconf.config.span import Span


@dataclass(frozen=True)
class Signature:
    """The parameters that arguments can be given to by name, in their order.

    `open` is true if there may be others: `**kwargs`, or a constructor that is not to be seen.
    """

    names: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()
    open: bool = False


@dataclass(frozen=True)
class Definition:
    """A name of a module. `signature` is None where it cannot be told."""

    kind: str
    signature: Signature | None = None
    members: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PythonSource:
    """The names of a module; with `complete` off there may be others, from `import *`."""

    definitions: dict[str, Definition] = field(default_factory=dict)
    complete: bool = True


def parse_python(source: Source) -> PythonSource | Diagnostic:
    """Reads the definitions of a module."""
    try:
        tree = ast.parse(source.text)
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
    definitions: dict[str, Definition] = {}
    complete = _collect(tree.body, definitions)
    return PythonSource(definitions, complete)


def _collect(body: Iterable[ast.stmt], found: dict[str, Definition]) -> bool:
    """Adds the names that statements bind; returns whether these are all."""
    complete = True
    for statement in body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                signature = None if statement.decorator_list else _signature(statement.args)
                found[statement.name] = Definition("function", signature)
            case ast.ClassDef():
                found[statement.name] = _class(statement, found)
            case ast.Import() | ast.ImportFrom():
                kind = "module" if isinstance(statement, ast.Import) else "import"
                names = [name.asname or name.name.partition(".")[0] for name in statement.names]
                complete &= "*" not in names
                found.update(dict.fromkeys(names, Definition(kind)))
            case _:
                complete &= _collect_others(statement, found)
    return complete


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


def _class(statement: ast.ClassDef, known: dict[str, Definition]) -> Definition:
    members: dict[str, Definition] = {}
    _collect(statement.body, members)
    signature = None if statement.decorator_list else _constructor(statement, members, known)
    return Definition("class", signature, frozenset(members))


def _constructor(
    statement: ast.ClassDef, members: dict[str, Definition], known: dict[str, Definition]
) -> Signature | None:
    own = members.get("__init__")
    if own is not None:
        return own.signature
    if "__new__" in members or statement.keywords:
        return None
    if not statement.bases:
        return Signature()
    base = statement.bases[0]
    inherited = known.get(base.id) if isinstance(base, ast.Name) else None
    return inherited.signature if inherited and len(statement.bases) == 1 else None


def _signature(args: ast.arguments) -> Signature:
    positional = [*args.posonlyargs, *args.args]
    defaults = len(args.defaults)
    required = [arg.arg for arg in positional[: len(positional) - defaults]]
    required += [
        arg.arg
        for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)
        if default is None
    ]
    names = [arg.arg for arg in (*positional, *args.kwonlyargs)]
    for first in ("self", "cls"):
        if names and names[0] == first:
            names = names[1:]
            required = [name for name in required if name != first]
    return Signature(tuple(names), frozenset(required), args.kwarg is not None)
