"""Diagnostics as workflow commands, which GitHub shows beside the lines of a change."""

from __future__ import annotations

from collections.abc import Sequence

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.rendering.excerpt import printable


def render_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Returns workflow commands, escaped so that no text can forge another command."""
    return "".join(_annotation(found) + "\n" for found in diagnostics)


def _annotation(found: Diagnostic) -> str:
    text = f"{found.message}\n{found.hint}" if found.hint else found.message
    fields = {
        "file": found.file,
        "line": str(found.line),
        "endLine": str(found.end_line),
        "col": str(found.column),
        "endColumn": str(found.end_column),
        "title": found.code,
    }
    if found.line != found.end_line:
        # Columns of different lines cannot be shown together.
        del fields["col"], fields["endColumn"]
    written = ",".join(f"{key}={_escape_property(value)}" for key, value in fields.items())
    return f"::{found.severity} {written}::{_escape(text)}"


def _escape(text: str) -> str:
    """Escapes what the runner decodes; other control characters would steer the log."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return printable(escaped)


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
