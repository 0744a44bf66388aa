"""Sets of tools that are written in Python, as arguments of YAML."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from adkconf.builder.mcp import ADKS_PARAMS, PROGRAM, PYTHON
from adkconf.config.catalog.families import CATALOGS
from adkconf.exchange.python_paths import path_of, read_file
from adkconf.exchange.python_source import Found, NotUnderstoodError, PythonSource

_FUNCTIONS = (
    "elicitation_callback",
    "header_provider",
    "progress_callback",
    "sampling_callback",
)
_PLAIN_OR_FUNCTION = ("require_confirmation", "tool_filter")
_STDIO = "stdio_connection_params"

Block = dict[str, Any]


class ToolsetReader:
    """Reads what sets of tools are made with; paths are relative to `home`."""

    def __init__(self, home: Path, reference: Callable[[ast.expr, PythonSource], str]) -> None:
        self._home = home
        self._reference = reference

    def arguments(self, name: str, call: ast.Call, source: PythonSource) -> Block:
        """Returns the arguments of the built-in of this name.

        Raises:
            NotUnderstoodError: one of them has no key, or is only known when the code runs.
        """
        if call.args:
            raise NotUnderstoodError(f"{name} has arguments without names")
        known = CATALOGS["tool"].builtins[name].arguments.model_fields
        block: Block = {}
        for keyword in call.keywords:
            if keyword.arg == "connection_params":
                block |= self._connection(keyword.value, source)
            elif keyword.arg == "spec_str" and (file := read_file(keyword.value, source)):
                block["spec"] = self._relative(file)
            elif keyword.arg in known:
                block[keyword.arg] = self._value(keyword.arg, keyword.value, source)
            else:
                raise NotUnderstoodError(f"the argument {keyword.arg!r} has no key in YAML")
        if "spec" in block:
            block.pop("spec_str_type", None)  # the file's name tells
        return block

    def _value(self, name: str, node: ast.expr, source: PythonSource) -> Any:
        if name in _FUNCTIONS:
            return self._reference(node, source)
        if name not in _PLAIN_OR_FUNCTION:
            return source.data(node)
        try:
            return source.data(node)
        except NotUnderstoodError:
            return self._reference(node, source)

    def _connection(self, node: ast.expr, source: PythonSource) -> Block:
        found = source.follow(node)
        kind, fields = _fields(found)
        if kind == "StdioServerParameters":
            return self._process(found, {})
        keys = [key for key, known in ADKS_PARAMS.items() if known == kind]
        if not keys:
            raise NotUnderstoodError(f"`{ast.unparse(found.node)[:40]}` is no known connection")
        if keys == [_STDIO] and "server_params" in fields:
            program = found.source.follow(fields.pop("server_params"))
            return self._process(program, _data(fields, found.source))
        return {keys[0]: _data(fields, found.source)}

    def _process(self, found: Found, others: Block) -> Block:
        """Returns a program: in google-adk's words, unless the code says where it is."""
        kind, fields = _fields(found)
        if kind != "StdioServerParameters":
            raise NotUnderstoodError("the server's program is only known when the code runs")
        source = found.source
        placed = {name: self._placed(node, source) for name, node in fields.items()}
        if all(value is None for value in placed.values()):
            data = _data(fields, source)
            return {_STDIO: {"server_params": data, **others}}
        if unknown := fields.keys() - set(PROGRAM):
            raise NotUnderstoodError(f"the argument {min(unknown)!r} has no key in YAML")
        written = {
            name: source.data(node) if placed[name] is None else placed[name]
            for name, node in fields.items()
        }
        return {**written, **others}

    def _placed(self, node: ast.expr, source: PythonSource) -> Any:
        """Returns what depends on the place of the code; None if it does not."""
        found = source.follow(node)
        if found.source.origin(found.node) == "sys.executable":
            return PYTHON
        if (path := path_of(found.node, found.source)) is not None:
            return self._relative(path)
        if not isinstance(found.node, ast.List):
            return None
        items = [self._placed(item, found.source) for item in found.node.elts]
        if all(item is None for item in items):
            return None
        return [
            found.source.data(node) if item is None else item
            for node, item in zip(found.node.elts, items, strict=True)
        ]

    def _relative(self, path: Path) -> str:
        return Path(os.path.relpath(path, self._home)).as_posix()


def _fields(found: Found) -> tuple[str, dict[str, ast.expr]]:
    """Returns the name of the class that is called, and the arguments."""
    if not isinstance(found.node, ast.Call) or found.node.args:
        raise NotUnderstoodError(f"`{ast.unparse(found.node)[:40]}` is no known connection")
    if any(keyword.arg is None for keyword in found.node.keywords):
        raise NotUnderstoodError("`**` takes arguments from elsewhere")
    kind = found.source.origin(found.node.func).rpartition(".")[2]
    return kind, {str(keyword.arg): keyword.value for keyword in found.node.keywords}


def _data(fields: dict[str, ast.expr], source: PythonSource) -> Block:
    return {name: source.data(node) for name, node in fields.items()}
