"""Which bytes of a content a request asks for."""

from __future__ import annotations

import re
from typing import NamedTuple

# Several ranges in one request are answered with the whole, as HTTP allows.
_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class ByteRange(NamedTuple):
    """From `start` up to `stop`, which is not in it."""

    start: int
    stop: int


def read_range(header: str | None, size: int) -> ByteRange | None:
    """Reads the header `Range`; None means everything.

    Raises:
        ValueError: it asks for what lies beyond the content.
    """
    match = _ONE_RANGE.fullmatch(header) if header else None
    if match is None or match.group(0) == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        found = ByteRange(max(size - int(last), 0), size)
    elif last and int(last) < int(first):
        return None
    else:
        found = ByteRange(int(first), min(int(last) + 1, size) if last else size)
    if found.start >= found.stop:
        raise ValueError(f"the content has {size} bytes")
    return found
