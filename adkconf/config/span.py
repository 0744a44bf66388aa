"""A place in a file."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """From `line`:`column` up to, not including, `end_line`:`end_column`.

    Lines and columns count characters from 1. `file` is the path as it is shown: relative to the
    working directory where the file is below it. Values that come from the command line have the
    option itself there (`--set`). A tuple, since each value of a file has some and tuples are made
    quickest.
    """

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


NOWHERE = Span("")
