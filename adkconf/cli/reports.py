"""The option `--format`: several formats, each for standard output or for a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import click

FormatT = TypeVar("FormatT", bound=str)


@dataclass(frozen=True)
class Report(Generic[FormatT]):
    """A format and the file it goes to; an empty name stands for standard output."""

    format: FormatT
    file: str = ""

    def write(self, text: str) -> None:
        """Writes the file, as a whole or not at all.

        Raises:
            click.UsageError: it cannot be written.
        """
        try:
            _write(self.file, text.encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise click.UsageError(f"cannot write {self.file!r}: {error.strerror}") from error


def reader_of(
    formats: Sequence[FormatT],
) -> Callable[[click.Context, click.Parameter, str], tuple[Report[FormatT], ...]]:
    """Returns the callback of an option whose value is a list of these formats."""
    return lambda _context, _parameter, value: _read(value, formats)


def _read(value: str, formats: Sequence[FormatT]) -> tuple[Report[FormatT], ...]:
    """Reads a list like `text,json=report.json`; one format at most has no file.

    Raises:
        click.BadParameter: it is no such list.
    """
    reports = tuple(_report(item.strip(), formats) for item in value.split(","))
    shown = [report.format for report in reports if not report.file]
    if len(shown) > 1:
        both = " and ".join(map(repr, shown))
        example = f"{shown[-1]}=FILE"
        raise click.BadParameter(f"{both} cannot both be shown; write one to a file: {example!r}")
    files = [os.path.realpath(report.file) for report in reports if report.file]
    for file in files:
        if files.count(file) > 1:
            raise click.BadParameter(f"{os.path.relpath(file)!r} is there twice")
    return reports


def _report(item: str, formats: Sequence[FormatT]) -> Report[FormatT]:
    name, equals, file = item.partition("=")
    if equals and not file:
        raise click.BadParameter(f"{item!r} names no file")
    known = next((format_ for format_ in formats if format_ == name), None)
    if known is None:
        raise click.BadParameter(f"{name!r} is not one of {', '.join(map(repr, formats))}")
    return Report(known, file)


def check_places(reports: Sequence[Report[FormatT]]) -> None:
    """Finds files that cannot be written before any work is done.

    Raises:
        click.UsageError: a directory does not exist, or a file is a directory.
    """
    for report in reports:
        parent = os.path.dirname(report.file) or "."
        if not os.path.isdir(parent):
            raise click.UsageError(f"cannot write {report.file!r}: there is no {parent!r}")
        if report.file and os.path.isdir(report.file):
            raise click.UsageError(f"cannot write {report.file!r}: it is a directory")


def _write(file: str, content: bytes) -> None:
    if os.path.exists(file) and not os.path.isfile(file):
        # A pipe or a device cannot be replaced.
        with open(file, "wb") as stream:
            stream.write(content)
        return
    # What a link leads to is replaced, not the link.
    target = os.path.realpath(file)
    draft = f"{target}.{os.getpid()}.tmp"
    try:
        with open(draft, "xb") as stream:
            stream.write(content)
        os.replace(draft, target)
    except OSError:
        if os.path.exists(draft):
            os.unlink(draft)
        raise
