"""What must hold of every input: nothing but diagnostics, at places that exist, soon."""

from __future__ import annotations

import re
import time
import traceback
from pathlib import Path

from adkconf.config import load, render
from adkconf.config.loaded import Loaded
from adkconf.config.rendering.render import FORMATS

MAX_SECONDS = 1.0
ENVIRON = {"HOME": "/home/me", "A": "one", "EMPTY": "", "PORT": "8000"}
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


class BrokenPromiseError(AssertionError):
    """Something that is never to come out of a file."""


def check(file: Path, content: bytes) -> Loaded:
    """Loads a content as a file; raises for anything but diagnostics."""
    file.write_bytes(content)
    start = time.process_time()
    loaded = load(file, environ=ENVIRON)
    format = FORMATS[len(content) % len(FORMATS)]
    render(loaded.diagnostics, format, sources=loaded.sources).encode()
    if (seconds := time.process_time() - start) > MAX_SECONDS:
        raise BrokenPromiseError(f"took {seconds:.1f} s")
    errors = [found for found in loaded.diagnostics if found.severity == "error"]
    if (loaded.spec is None) != bool(errors):
        raise BrokenPromiseError(f"a spec beside errors, or neither: {errors}")
    _check_places(loaded)
    return loaded


def _check_places(loaded: Loaded) -> None:
    lines = {name: _LINE_BREAK.split(text) for name, text in loaded.sources.items()}
    for found in loaded.diagnostics:
        if (found.end_line, found.end_column) < (found.line, found.column):
            raise BrokenPromiseError(f"ends before it starts: {found}")
        inside = lines.get(found.file)
        if inside is None:
            continue
        line = inside[found.line - 1] if 1 <= found.line <= len(inside) else None
        if line is None or not 1 <= found.column <= len(line) + 1:
            raise BrokenPromiseError(f"a place that is not in the file: {found}")


def complaint(file: Path, content: bytes) -> str:
    """Returns what went wrong, the same for the same cause; empty if nothing did."""
    try:
        check(file, content)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if "adkconf" in frame.filename] or frames
        return (
            f"{type(error).__name__} in {own[-1].name}: {re.sub('[0-9]+', '#', str(error))[:200]}"
        )
    return ""
