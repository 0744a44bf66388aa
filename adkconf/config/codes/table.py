"""All codes by their ids, in the order in which a file is looked at."""

from __future__ import annotations

from itertools import chain

from adkconf.config.codes import (
    building,
    composition,
    conversation_tests,
    environment,
    lints,
    meaning,
    reading,
    references,
    shape,
)
from adkconf.config.codes.code import Code

_PARTS = (
    reading,
    shape,
    environment,
    composition,
    references,
    meaning,
    building,
    conversation_tests,
    lints,
)

CODES: dict[str, Code] = {
    code.id: code for code in chain.from_iterable(part.CODES for part in _PARTS)
}
