"""Characters that have no place in a configuration."""

from __future__ import annotations

import re

# Controls but tab and line breaks; marks that override the direction of writing; halves of
# surrogate pairs; what is no character.
_IN_VALUE = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
    r"\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
)
# YAML 1.1 parsers break lines at these, editors do not: every position behind would be wrong.
_LINE_SEPARATORS = r"\x85\u2028\u2029"

_FORBIDDEN_IN_VALUE = re.compile(f"[{_IN_VALUE}]")
_FORBIDDEN_IN_SOURCE = re.compile(f"[{_IN_VALUE}{_LINE_SEPARATORS}]")


def find_in_source(text: str) -> re.Match[str] | None:
    """Finds the first forbidden character of a source text."""
    return _FORBIDDEN_IN_SOURCE.search(text)


def find_in_value(text: str) -> re.Match[str] | None:
    """Finds the first forbidden character of a value; escapes may have made it."""
    return _FORBIDDEN_IN_VALUE.search(text)


def name_of(character: str) -> str:
    """Returns a name that can be shown: `U+202E`."""
    return f"U+{ord(character):04X}"
