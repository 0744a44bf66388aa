"""Trees as YAML in the form that adkconf reads, with comments behind the lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from adkconf.config.reading.scalars import InexactNumberError, resolve_plain
from adkconf.inspection.resolved import Leaf, Tree

_PLAIN = re.compile(r"[\w./][\w./@+=,;()'!?-]*(?:[: ][\w./@+=,;()'!?-]+)*", re.ASCII)
# Text in YAML 1.2, which other readers take for switches or dates.
_OLD = re.compile(r"(?i:y|n|yes|no|on|off)|(?:\d|\.[^/]).*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}

Comment = Callable[[Leaf], str]


def write_yaml(tree: Tree, comment: Comment | None = None) -> str:
    """Returns YAML that loads to the same tree.

    `comment` makes what is written behind the line of each value.
    """
    return "\n".join(_lines(tree, 0, comment)) + "\n"


def _lines(tree: Tree, depth: int, comment: Comment | None) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(tree, Leaf):
        yield indent + _leaf(tree, depth, comment)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            head = f"{indent}{_text(key)}:"
            if isinstance(value, Leaf):
                yield f"{head} {_leaf(value, depth + 1, comment)}"
            else:
                yield head
                yield from _lines(value, depth + 1, comment)
    else:
        for item in tree:
            first, *rest = _lines(item, depth + 1, comment)
            yield f"{indent}- {first.lstrip(' ')}"
            yield from rest


def _leaf(leaf: Leaf, depth: int, comment: Comment | None) -> str:
    behind = f"  # {comment(leaf)}" if comment else ""
    value = leaf.value
    if isinstance(value, str):
        value = value if leaf.written else _escape_dollars(value)
        if _fits_block(value):
            return _block(value, depth, behind)
        return _text(value) + behind
    return _single(value) + behind


def _single(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)  # also of what is empty: {} and []


def _escape_dollars(text: str) -> str:
    """Keeps a text from being filled in when it is read again."""
    return text.replace("$", "$$") if "${" in text or "$$" in text else text


def _text(text: str) -> str:
    return text if _is_plain(text) else f'"{"".join(map(_escaped, text))}"'


def _is_plain(text: str) -> bool:
    if not _PLAIN.fullmatch(text) or _OLD.fullmatch(text):
        return False
    try:
        return isinstance(resolve_plain(text), str)
    except InexactNumberError:
        return False


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _fits_block(text: str) -> bool:
    lines = text.split("\n")
    return (
        len(lines) > 1
        and bool(lines[0])
        and not text.startswith(" ")
        and not text.endswith("\n\n")
        and all(line.isprintable() and line == line.rstrip() for line in lines)
    )


def _block(text: str, depth: int, behind: str) -> str:
    indent = "  " * depth
    lines = [indent + line if line else "" for line in text.removesuffix("\n").split("\n")]
    return "\n".join([("|" if text.endswith("\n") else "|-") + behind, *lines])
