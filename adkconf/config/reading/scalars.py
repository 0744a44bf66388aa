"""What a plain scalar means: YAML 1.2's core schema, in its strictest reading.

`no`, `on`, `0o17`, `0x1f`, `007`, `1_000` and dates are text.
"""

from __future__ import annotations

import math
import re

from adkconf.config.nodes import Primitive

MAX_INTEGER = 2**53
_MAX_DIGITS = 16

_WORDS: dict[str, Primitive] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_BEGIN_NUMBERS = frozenset("+-.0123456789")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


class InexactNumberError(ValueError):
    """A number that cannot be kept exactly; says why."""


def resolve_plain(text: str) -> Primitive:
    """Returns the value of a plain scalar.

    Raises:
        InexactNumberError: the number is not finite, or an integer beyond 2^53.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _BEGIN_NUMBERS:
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _NOT_FINITE.fullmatch(text):
        raise InexactNumberError("the number is not finite")
    if _FLOAT.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            raise InexactNumberError("the number is too large")
        return number
    return text


def _integer(text: str) -> int:
    if len(text.lstrip("+-")) > _MAX_DIGITS or abs(int(text)) > MAX_INTEGER:
        raise InexactNumberError("the integer is beyond 2^53")
    return int(text)
