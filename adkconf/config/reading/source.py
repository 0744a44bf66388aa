"""Reads a file's text, if it is a text that can be worked on."""

from __future__ import annotations

import codecs
import os
import stat
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from adkconf.config.diagnostics import Diagnostic, diagnostic
from adkconf.config.reading.characters import find_in_source, name_of
from adkconf.config.span import Span

MAX_BYTES = 1024 * 1024

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Source:
    """A file's text. `name` is how diagnostics call the file."""

    name: str
    text: str


def display_name(path: Path) -> str:
    """Returns how a file is called: relative to the working directory if it is below it."""
    absolute = os.path.abspath(path)
    try:
        relative = os.path.relpath(absolute)
    # On Windows a file on another drive has no relative path.
    except ValueError:
        return absolute
    return absolute if relative.startswith("..") else relative


def read_source(path: Path) -> Source | Diagnostic:
    """Reads a file; what hinders is a diagnostic."""
    name = display_name(path)
    content = _read_bytes(path, name)
    return content if isinstance(content, Diagnostic) else decode_source(name, content)


def decode_source(name: str, content: bytes) -> Source | Diagnostic:
    """Makes the source of bytes; what hinders is a diagnostic."""
    if len(content) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1024} KiB"
        return diagnostic(Span(name), "E103", message, hint="split it")
    if content.startswith(_UTF16):
        return diagnostic(Span(name), "E102", "the file is UTF-16 text", hint="save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = _span_at(name, content[: error.start].decode("utf-8", "replace"))
        message = f"the file is no UTF-8 text: byte 0x{content[error.start]:02x} does not fit"
        return diagnostic(at, "E102", message, hint="save it as UTF-8")
    forbidden = find_in_source(text)
    if forbidden is None:
        return Source(name, text)
    at = _span_at(name, text[: forbidden.start()])
    message = f"the character {name_of(forbidden[0])} is not allowed in a configuration"
    hint = "remove it" if "\x00" not in text else "this looks like a binary file"
    return diagnostic(at, "E102", message, hint=hint)


def _read_bytes(path: Path, name: str) -> bytes | Diagnostic:
    try:
        info = os.stat(path)
        if stat.S_ISDIR(info.st_mode):
            return _unreadable(name, "it is a directory")
        if not stat.S_ISREG(info.st_mode):
            return _unreadable(name, "it is no regular file")
        with open(path, "rb", buffering=0, opener=_open_at_once) as file:
            return _read_some(file)
    except FileNotFoundError:
        return _unreadable(name, "it does not exist")
    # ValueError: a NUL in the path.
    except (OSError, ValueError) as error:
        return _unreadable(name, getattr(error, "strerror", None) or str(error))


def _open_at_once(path: str, flags: int) -> int:
    """Opens a file such that reading never waits: some systems have regular files that would."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _read_some(file: FileIO) -> bytes:
    """Reads the bytes of a file, or as many as show that there are too many."""
    content = bytearray()
    while len(content) <= MAX_BYTES:
        more = file.read(MAX_BYTES + 1 - len(content))
        if more is None:
            raise OSError("it has nothing to read yet")
        if not more:
            break
        content += more
    return bytes(content)


def _unreadable(name: str, reason: str) -> Diagnostic:
    return diagnostic(Span(name), "E101", f"the file cannot be read: {reason}")


def _span_at(name: str, before: str) -> Span:
    """Returns the place of the character behind a text."""
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    line, column = len(lines), len(lines[-1]) + 1
    return Span(name, line, column, line, column + 1)
