"""Diagnostics as text, with the line they are about."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.reading.source import Source, read_source
from adkconf.config.secret_text import is_secret_path, starred

_COLOURS = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "frame": "\x1b[1;34m",
    "bold": "\x1b[1m",
}
_RESET = "\x1b[0m"
_LONGEST_LINE = 160
_ABOUT_SECRETS = ("W811",)


def render_text(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], *, color: bool
) -> str:
    """Returns blocks of text, one for each diagnostic."""
    paint = _Paint(color)
    diagnostics = tuple(diagnostics)
    # Splitting a large file takes long, and it may have a hundred problems.
    lines = {file: _lines(file, sources) for file in {found.file for found in diagnostics}}
    return "\n".join(_block(found, lines[found.file], paint) for found in diagnostics)


def render_line(found: Diagnostic) -> str:
    """Returns a diagnostic as a single line, without the hint."""
    place = f"{found.file}:{found.line}:{found.column}"
    return printable(f"{found.severity}[{found.code}]: {found.message} ({place})")


def offending_line(found: Diagnostic, sources: Mapping[str, str]) -> str:
    """Returns the line that a diagnostic is about, without its secrets; empty if there is none."""
    return _line(found, _lines(found.file, sources))


class _Paint:
    """Colours text, or leaves it."""

    def __init__(self, on: bool) -> None:
        self._on = on

    def __call__(self, text: str, colour: str) -> str:
        return f"{_COLOURS[colour]}{text}{_RESET}" if self._on else text


def _lines(file: str, sources: Mapping[str, str]) -> list[str]:
    text = sources.get(file)
    if text is None:
        source = read_source(Path(file))
        text = source.text if isinstance(source, Source) else ""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _block(found: Diagnostic, lines: list[str], paint: _Paint) -> str:
    head = paint(f"{found.severity}[{found.code}]", found.severity)
    number = str(found.line)
    gutter = " " * len(number)
    bar = paint("|", "frame")
    rows = [
        f"{head}: {paint(printable(found.message), 'bold')}",
        f"{gutter}{paint('-->', 'frame')} {printable(found.file)}:{found.line}:{found.column}",
    ]
    line = _line(found, lines)
    if line:
        rows += [
            f"{gutter} {bar}",
            f"{paint(number, 'frame')} {bar} {printable(line)}",
            f"{gutter} {bar} {_carets(found, line, paint)}",
        ]
    if found.hint:
        rows.append(f"{gutter} {paint('=', 'frame')} help: {printable(found.hint)}")
    return "\n".join(rows) + "\n"


def _line(found: Diagnostic, lines: Sequence[str]) -> str:
    """Returns the first line that a diagnostic is about; empty if it says nothing or too much."""
    line = lines[found.line - 1] if found.line <= len(lines) else ""
    return _shown(found, line) if line.strip() and len(line) <= _LONGEST_LINE else ""


def _shown(found: Diagnostic, line: str) -> str:
    """Returns the line with stars for its secrets, each as long as it is, so that carets fit."""
    start, end = _marked(found, line)
    is_key = line[end:].lstrip("\"' ").startswith(":")
    if not is_key and (found.code in _ABOUT_SECRETS or is_secret_path(found.path)):
        return starred(line[:start] + "*" * (end - start) + line[end:])
    return starred(line)


def _marked(found: Diagnostic, line: str) -> tuple[int, int]:
    end = found.end_column - 1 if found.end_line == found.line else len(line.rstrip())
    return found.column - 1, end


def _carets(found: Diagnostic, line: str, paint: _Paint) -> str:
    start, end = _marked(found, line)
    before = sum(_width(character) for character in printable(line[:start]))
    marked = sum(_width(character) for character in printable(line[start:end]))
    return " " * before + paint("^" * max(marked, 1), found.severity)


def printable(text: str) -> str:
    """Returns a text with nothing in it that could steer a terminal; tabs become spaces."""
    if text.isprintable():
        return text
    return "".join(
        "    "
        if character == "\t"
        else character
        if character.isprintable()
        else f"\\u{{{ord(character):x}}}"
        for character in text
    )


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
