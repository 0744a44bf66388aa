"""Paths that code makes out of the place of its own file."""

from __future__ import annotations

import ast
import os
from pathlib import Path

from adkconf.exchange.python_source import NotUnderstoodError, PythonSource

# Calls that lead to the same file.
_SAME = ("os.path.abspath", "os.path.realpath", "pathlib.Path", "str")
_SAME_METHODS = ("absolute", "resolve", "as_posix")
_READERS = ("read", "read_text")


def path_of(node: ast.expr, source: PythonSource) -> Path | None:
    """Returns the path that an expression makes out of `__file__`; None for any other."""
    found = source.follow(node)
    source = found.source
    match found.node:
        case ast.Name("__file__"):
            return source.path
        case ast.Attribute(value, "parent"):
            return _parent(path_of(value, source))
        case ast.BinOp(left, ast.Div(), right):
            return _below(left, [right], source)
        case ast.Call(ast.Attribute(value, name), [], []) if name in _SAME_METHODS:
            return path_of(value, source)
        case ast.Call(func, [first, *rest], []):
            return _called(source.origin(func) or ast.unparse(func), first, rest, source)
    return None


def read_file(node: ast.expr, source: PythonSource) -> Path | None:
    """Returns the file beside the code that an expression reads; None for any other."""
    found = source.follow(node)
    match found.node:
        case ast.Call(ast.Attribute(ast.Call(ast.Name("open"), [path, *_], _), "read"), [], []):
            return path_of(path, found.source)
        case ast.Call(ast.Attribute(path, name), _, _) if name in _READERS:
            return path_of(path, found.source)
    return None


def _called(name: str, first: ast.expr, rest: list[ast.expr], source: PythonSource) -> Path | None:
    if name == "os.path.dirname" and not rest:
        return _parent(path_of(first, source))
    if name == "os.path.join":
        return _below(first, rest, source)
    return path_of(first, source) if name in _SAME and not rest else None


def _below(home: ast.expr, names: list[ast.expr], source: PythonSource) -> Path | None:
    if (path := path_of(home, source)) is None:
        return None
    try:
        return Path(os.path.normpath(path.joinpath(*(str(source.data(name)) for name in names))))
    except NotUnderstoodError:
        return None


def _parent(path: Path | None) -> Path | None:
    return path.parent if path is not None else None
