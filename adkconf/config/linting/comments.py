"""Comments that look like the end of a text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adkconf.config.diagnostics import Diagnostic, diagnostic
from adkconf.config.linting.subject import Subject
from adkconf.config.located import LocatedList, LocatedMap, place_of
from adkconf.config.reading.traps import swallows
from adkconf.config.span import Span

_STYLED = ("'", '"', "|", ">", "*")


def swallowed_texts(subject: Subject) -> Iterator[Diagnostic]:
    """Yields texts and empty values that a '#' without a space behind it ends."""
    lines = {name: text.splitlines() for name, text in subject.sources.items() if "#" in text}
    if not lines:
        return
    for at, path in _values(subject.app.written()):
        line = _line(lines.get(at.file, []), at)
        if not line.startswith(_STYLED, at.column - 1) and swallows(line, at.end_column):
            yield diagnostic(
                at,
                "W816",
                "the text ends here: a '#' behind a space starts a comment",
                hint="quote the value; or write '# ', with a space, if a comment is meant",
                path=path,
                severity="warning",
            )


def _line(lines: list[str], at: Span) -> str:
    return lines[at.line - 1] if at.line == at.end_line and at.line <= len(lines) else ""


def _values(data: Any) -> Iterator[tuple[Span, str]]:
    """Yields the places of texts and of empty values."""
    if isinstance(data, LocatedMap):
        for key in data.marks.keys() & data.keys():
            yield from _at(data.marks[key].value, data.path, data[key])
    elif isinstance(data, LocatedList):
        for value, at in zip(data, data.spans, strict=True):
            yield from _at(at, data.path, value)


def _at(at: Span, path: str, value: Any) -> Iterator[tuple[Span, str]]:
    if value is None or isinstance(value, str):
        place = place_of(value)
        yield at, place.path if place else path
    else:
        yield from _values(value)
