"""Collects diagnostics while a configuration is worked on."""

from __future__ import annotations

import sys
from dataclasses import replace

from adkconf.config.diagnostics import Diagnostic, Severity, diagnostic
from adkconf.config.span import Span

# More help nobody; they are told that there are more.
MAX_ERRORS = 100


class EnoughErrorsError(Exception):
    """There are so many errors, or one of such a kind, that looking for more is a waste of time."""


class Problems:
    """The diagnostics so far, without repetitions.

    With `bounded`, the error behind the last of `MAX_ERRORS` ends the work on them.
    """

    def __init__(self, *, bounded: bool = False) -> None:
        self._found: dict[Diagnostic, None] = {}
        self._room = MAX_ERRORS if bounded else sys.maxsize

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
        """Notes problems that were found elsewhere.

        Raises:
            EnoughErrorsError: there is no room for more errors.
        """
        for problem in found:
            if problem in self._found:
                continue
            if problem.severity == "error":
                self._make_room(problem)
            self._found[problem] = None

    def sorted(self) -> tuple[Diagnostic, ...]:
        """Returns them by file and position."""
        return tuple(sorted(self._found))

    def _make_room(self, problem: Diagnostic) -> None:
        self._room -= 1
        if self._room < 0:
            message = f"there are more than {MAX_ERRORS} errors; this one and others are not shown"
            self._found[replace(problem, code="E103", message=message, hint="", path="")] = None
            raise EnoughErrorsError
