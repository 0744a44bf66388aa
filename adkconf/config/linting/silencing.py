"""Comments that silence lints: `# adkconf: ignore W809`, several codes with commas.

A comment behind a value counts for its line, one on a line of its own for the next line with
something on it. Only lints can be silenced, errors cannot.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import yaml

from adkconf.config.codes.table import CODES
from adkconf.config.diagnostics import Diagnostic, diagnostic
from adkconf.config.span import Span
from adkconf.config.suggestion import did_you_mean

_COMMENT = re.compile(r"(?:^|(?<=\s))#\s*adkconf:\s*ignore\b(?P<codes>[^#]*)")
_CODE = re.compile(r"[^\s,]+")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LINTS = tuple(code for code in CODES if code.startswith("W"))
_OWN = "W801"
# In one file; more than a person writes.
_MOST = 1000


@dataclass(frozen=True)
class _Silence:
    """A code in a comment, where it is written, and the line that it counts for."""

    code: str
    at: Span
    line: int


def silence(
    found: Iterable[Diagnostic], sources: Mapping[str, str], complete: str | None
) -> Iterator[Diagnostic]:
    """Yields the lints that no comment silences, and comments that silence nothing.

    Comments of the file `complete` must all have an effect; those of other files may have it in
    other apps.
    """
    comments = [
        item for name, text in sources.items() for item in islice(_comments(name, text), _MOST)
    ]
    by_place = {(item.at.file, item.line, item.code): item for item in comments}
    used: set[_Silence] = set()
    for problem in found:
        comment = by_place.get((problem.file, problem.line, problem.code))
        if comment is None:
            yield problem
        else:
            used.add(comment)
    for item in comments:
        if item.code not in LINTS:
            message = f"there is no lint {item.code!r}"
            hint = did_you_mean(item.code, LINTS) or "`adkconf explain` lists them"
            yield diagnostic(item.at, _OWN, message, hint=hint, severity="warning")
        elif item not in used and item.at.file == complete:
            message = f"nothing is wrong here that {item.code} would tell"
            yield diagnostic(item.at, _OWN, message, hint="remove it", severity="warning")


def _comments(name: str, text: str) -> Iterator[_Silence]:
    if "adkconf:" not in text or not name.endswith((".yaml", ".yml")):
        return
    lines = text.splitlines()
    values = list(_scalars(text))
    starts = [(value.line, value.column) for value in values]
    following = _next_lines(lines)
    for number, line in enumerate(lines, start=1):
        comment = _COMMENT.search(line)
        if comment is None:
            continue
        before = bisect_right(starts, (number, comment.start() + 1))
        if before and _holds(values[before - 1], number, comment.start() + 1):
            continue
        counts_for = number if line[: comment.start()].strip() else following[number - 1]
        for code in _CODE.finditer(comment["codes"]):
            column = comment.start("codes") + code.start() + 1
            at = Span(name, number, column, number, column + len(code[0]))
            yield _Silence(code[0], at, counts_for)


def _next_lines(lines: list[str]) -> list[int]:
    """Returns for each line which one below it is the next with something on it."""
    following = [len(lines)] * len(lines)
    for index in range(len(lines) - 2, -1, -1):
        below = lines[index + 1].strip()
        is_empty = not below or below.startswith("#")
        following[index] = following[index + 1] if is_empty else index + 2
    return following


def _scalars(text: str) -> Iterator[Span]:
    """Yields the places of values, where a '#' is text."""
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.ScalarEvent):
            yield _place(event)


def _place(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    line, column = start.line + 1, start.column + 1
    if event.style in ("|", ">"):
        # The line that a block begins on holds no text of it yet.
        line, column = line + 1, 1
    return Span("", line, column, end.line + 1, end.column + 1)


def _holds(at: Span, line: int, column: int) -> bool:
    return (at.line, at.column) <= (line, column) < (at.end_line, at.end_column)
