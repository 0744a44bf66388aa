"""From the annotations of Python code to JSON schemas of the values that fit them.

What cannot be told gets the empty schema, which takes anything: building checks it in full.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from adkconf.config.python.library import Found, Library, dotted_origin
from adkconf.config.python.source import Origin, PythonSource

Schema = dict[str, Any]

_PLAIN: dict[str, Schema] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "None": {"type": "null"},
    "Path": {"type": "string"},
    "SecretStr": {"type": "string", "writeOnly": True},
    "SecretBytes": {"type": "string", "writeOnly": True},
}
_LISTS = ("list", "List", "set", "Set", "frozenset", "FrozenSet", "Sequence", "MutableSequence")
_MAPS = ("dict", "Dict", "Mapping", "MutableMapping")
_TUPLES = ("tuple", "Tuple")
# Names that mean what they say only if they come from one of these.
_HOMES = ("", "typing", "typing_extensions", "collections.abc", "pathlib", "pydantic")
_ENUMS = {"Enum", "IntEnum", "StrEnum"}
_MAX_DEPTH = 20


class Annotations:
    """Reads annotations; `of_class` tells the schema of a class's fields, if it has some."""

    def __init__(self, library: Library, of_class: Callable[[Found], Schema]) -> None:
        self._library = library
        self._of_class = of_class

    def schema(self, node: ast.expr | None, scope: Found, depth: int = 0) -> Schema:
        """Returns the schema of what fits an annotation in the file of `scope`."""
        if node is None or depth > _MAX_DEPTH:
            return {}
        match node:
            case ast.Constant(value=None):
                return dict(_PLAIN["None"])
            case ast.Constant(value=str(text)):
                return self.schema(_parsed(text), scope, depth + 1)
            case ast.BinOp(op=ast.BitOr()):
                return self._union([node.left, node.right], scope, depth)
            case ast.Subscript():
                return self._generic(node, scope, depth)
            case ast.Name() | ast.Attribute():
                return self._named(node, scope, depth)
        return {}

    def _union(self, nodes: list[ast.expr], scope: Found, depth: int) -> Schema:
        branches = [self.schema(node, scope, depth + 1) for node in nodes]
        if not all(branches):
            return {}
        flat = [item for branch in branches for item in branch.get("anyOf", [branch])]
        return {"anyOf": flat}

    def _generic(self, node: ast.Subscript, scope: Found, depth: int) -> Schema:
        name = special_name(node.value, scope.source)
        args = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        inner = [self.schema(arg, scope, depth + 1) for arg in args] if name != "Literal" else []
        match name:
            case "Literal":
                return _values(args)
            case "Optional":
                return self._union([args[0], ast.Constant(None)], scope, depth)
            case "Union":
                return self._union(args, scope, depth)
            case "Annotated" if any("Validator" in ast.unparse(arg) for arg in args[1:]):
                return {}
            case "Annotated" | "InitVar" | "Final" | "Required" | "NotRequired":
                return inner[0]
        if name in _LISTS:
            return {"type": "array", "items": inner[0]}
        if name in _MAPS:
            return {"type": "object", "additionalProperties": inner[-1]}
        return _tuple(args, inner) if name in _TUPLES else {}

    def _named(self, node: ast.Name | ast.Attribute, scope: Found, depth: int) -> Schema:
        name = special_name(node, scope.source)
        if name in _PLAIN:
            return dict(_PLAIN[name])
        if name in _LISTS or name in _TUPLES:
            return {"type": "array"}
        if name in _MAPS:
            return {"type": "object"}
        found = self._find(node, scope)
        if found is None:
            return {}
        if found.definition.kind == "value" and isinstance(found.definition.node, ast.expr):
            # An alias: `Level = Literal["low", "high"]`.
            return self.schema(found.definition.node, found, depth + 1)
        if found.definition.kind != "class":
            return {}
        return self._enum(found) or self._of_class(found)

    def _find(self, node: ast.Name | ast.Attribute, scope: Found) -> Found | None:
        if isinstance(node, ast.Name):
            return self._library.find(scope.file, node.id)
        origin = dotted_origin(node, scope.source)
        return self._library.find_origin(origin, scope.file) if origin else None

    def _enum(self, found: Found) -> Schema:
        node = found.definition.node
        if not isinstance(node, ast.ClassDef) or not _ENUMS & set(self._library.ancestors(found)):
            return {}
        if "_missing_" in found.definition.members:
            return {}
        return _values([item.value for item in node.body if isinstance(item, ast.Assign)])


def special_name(node: ast.expr, source: PythonSource) -> str:
    """Returns the name of something built in or of `typing`; empty for anything else."""
    origin: Origin | None = None
    if isinstance(node, ast.Name):
        definition = source.definitions.get(node.id)
        origin = definition.origin if definition else Origin("", node.id)
    elif isinstance(node, ast.Attribute):
        origin = dotted_origin(node, source)
    if origin is None or origin.level:
        return ""
    known = origin.module in _HOMES or (origin.module, origin.name) == ("dataclasses", "InitVar")
    return origin.name if known else ""


def _values(nodes: list[ast.expr]) -> Schema:
    try:
        values = [ast.literal_eval(node) for node in nodes]
    except (ValueError, TypeError, SyntaxError):
        return {}
    plain = values and all(isinstance(item, (str, int, float, type(None))) for item in values)
    return {"enum": values} if plain else {}


def _tuple(args: list[ast.expr], inner: list[Schema]) -> Schema:
    if len(args) == 2 and isinstance(args[1], ast.Constant) and args[1].value is Ellipsis:
        return {"type": "array", "items": inner[0]}
    return {"type": "array", "prefixItems": inner, "minItems": len(inner), "maxItems": len(inner)}


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
