"""Collects diagnostics while a configuration is worked on."""

from __future__ import annotations

from adkconf.config.diagnostics import Diagnostic, Severity, diagnostic
from adkconf.config.span import Span


class Problems:
    """The diagnostics so far, without repetitions."""

    def __init__(self) -> None:
        self._found: dict[Diagnostic, None] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(
        self,
        at: Span,
        code: str,
        message: str,
        *,
        hint: str = "",
        path: str = "",
        severity: Severity = "error",
    ) -> None:
        """Notes a problem at a place."""
        self.take(diagnostic(at, code, message, hint=hint, path=path, severity=severity))

    def take(self, *found: Diagnostic) -> None:
        """Notes problems that were found elsewhere."""
        self._found.update(dict.fromkeys(found))

    def sorted(self) -> tuple[Diagnostic, ...]:
        """Returns them by file and position."""
        return tuple(sorted(self._found))
