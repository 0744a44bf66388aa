"""Python expressions, and how they are laid out: as ruff would."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

WIDTH = 88
_STEP = "    "


@dataclass(frozen=True)
class Code:
    """What stands in one piece: a name, a literal. `loose` needs parentheses beside operators."""

    text: str
    loose: bool = False


@dataclass(frozen=True)
class Call:
    """A call; `args` by position stand before the others."""

    target: str
    kwargs: Mapping[str, Expression] = field(default_factory=dict)
    args: tuple[Expression, ...] = ()


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[Expression, ...]


@dataclass(frozen=True)
class Pairs:
    """A dict."""

    pairs: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True)
class Sum:
    """Two or more texts behind one another."""

    parts: tuple[Expression, ...]


Expression = Code | Call | Items | Pairs | Sum


def list_of(items: Iterable[Expression]) -> Items:
    """Returns a list of expressions."""
    return Items(tuple(items))


def literal(value: Any) -> Expression:
    """Returns plain data as it is written in Python."""
    if isinstance(value, str):
        return Code(text_literal(value))
    if isinstance(value, float) and not math.isfinite(value):
        return Call("float", args=(literal(str(value)),))
    if isinstance(value, Mapping):
        return Pairs(tuple((literal(key), literal(item)) for key, item in value.items()))
    if isinstance(value, (list, tuple)):
        return list_of(literal(item) for item in value)
    return Code(repr(value))


def text_literal(text: str) -> str:
    """Returns a text in quotes; in three of them where it has lines."""
    lines = text.split("\n")
    if len(lines) > 1 and all(line.isprintable() for line in lines):
        return '"""\\\n' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""'
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_escaped(character, quote) for character in text) + quote


def layout(expression: Expression, indent: str = "", before: str = "", behind: str = "") -> str:
    """Returns the expression between two texts: in one line if it fits, else opened up."""
    flat = f"{before}{_flat(expression)}{behind}"
    first = isinstance(expression, Code) and "\n" in flat
    if first or ("\n" not in flat and len(indent) + len(flat) <= WIDTH):
        return indent + flat
    return f"{indent}{before}{_opened(expression, indent)}{behind}"


def _opened(expression: Expression, indent: str) -> str:
    inner = indent + _STEP
    match expression:
        case Code(text):
            return text
        case Sum(parts):
            return f"\n{indent}+ ".join(_flat(part, operand=True) for part in parts)
        case Call(target, kwargs, args):
            lines = [layout(item, inner, "", ",") for item in args]
            lines += [layout(item, inner, f"{name}=", ",") for name, item in kwargs.items()]
            return "\n".join([f"{target}(", *lines, f"{indent})"]) if lines else f"{target}()"
        case Items(items):
            opening, closing = "[]"
            lines = [layout(item, inner, "", ",") for item in items]
        case Pairs(pairs):
            opening, closing = "{}"
            lines = [layout(item, inner, f"{_flat(key)}: ", ",") for key, item in pairs]
    return "\n".join([opening, *lines, f"{indent}{closing}"]) if lines else opening + closing


def _flat(expression: Expression, *, operand: bool = False) -> str:
    match expression:
        case Code(text, loose):
            return f"({text})" if loose and operand else text
        case Sum(parts):
            return " + ".join(_flat(part, operand=True) for part in parts)
        case Call(target, kwargs, args):
            given = [_flat(item) for item in args]
            given += [f"{name}={_flat(item)}" for name, item in kwargs.items()]
            return f"{target}({', '.join(given)})"
        case Items(items):
            return "[" + ", ".join(_flat(item) for item in items) + "]"
        case Pairs(pairs):
            return "{" + ", ".join(f"{_flat(key)}: {_flat(item)}" for key, item in pairs) + "}"


def flat(expression: Expression) -> str:
    """Returns the expression in one line, however long."""
    return _flat(expression)


def _escaped(character: str, quote: str) -> str:
    if character in (quote, "\\"):
        return f"\\{character}"
    return character if character.isprintable() else repr(character)[1:-1]
