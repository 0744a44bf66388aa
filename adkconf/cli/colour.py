"""Tells whether to write in colour."""

from __future__ import annotations

import os
from typing import TextIO


def is_colourful(stream: TextIO) -> bool:
    """Tells whether what goes to a stream is coloured: on a terminal, unless told otherwise.

    `NO_COLOR` turns colour off and `FORCE_COLOR` turns it on, each with any text in it; the first
    is the stronger.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
