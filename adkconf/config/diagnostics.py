"""What is wrong, where, and how to fix it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from adkconf.config.secret_text import mask
from adkconf.config.span import Span

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One problem; sorts by file and position.

    `code` is stable (see `codes.py`). `path` leads to the value inside the app, like
    `root_agent.tools[0]`; empty where there is none. `hint` says how to fix it; may be empty.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    severity: Severity
    code: str
    path: str
    message: str
    hint: str = ""

    @property
    def span(self) -> Span:
        """The place as a value of its own."""
        return Span(self.file, self.line, self.column, self.end_line, self.end_column)


def diagnostic(
    at: Span,
    code: str,
    message: str,
    *,
    hint: str = "",
    path: str = "",
    severity: Severity = "error",
) -> Diagnostic:
    """Makes the diagnostic of a problem at a place; what looks like a secret is not told."""
    return Diagnostic(
        at.file,
        at.line,
        at.column,
        at.end_line,
        at.end_column,
        severity,
        code,
        path,
        mask(message),
        mask(hint),
    )
