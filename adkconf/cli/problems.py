"""Tells what went wrong on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from adkconf.cli.colour import is_colourful
from adkconf.errors import AdkconfError, ConfigError

if TYPE_CHECKING:
    from adkconf.config.diagnostics import Diagnostic

DEBUG = "ADKCONF_DEBUG"


def explain(error: Exception) -> str:
    """Returns what to tell the user of an error."""
    if isinstance(error, ConfigError) and error.diagnostics:
        return render(error.diagnostics, getattr(error, "sources", {}))
    if isinstance(error, AdkconfError):
        return f"error: {error}"
    hint = "" if DEBUG in os.environ else f" (set {DEBUG}=1 for the traceback)"
    return f"error: {type(error).__name__}: {error}{hint}"


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> str:
    """Returns diagnostics as text: errors with excerpts, warnings in a line each.

    In colour if standard error is a terminal.
    """
    # Only files with problems need it.
    from adkconf.config.rendering.excerpt import render_line, render_text

    color = is_colourful(sys.stderr)
    errors = [found for found in diagnostics if found.severity == "error"]
    warnings = [render_line(found) for found in diagnostics if found.severity == "warning"]
    return "\n".join([render_text(errors, sources, color=color), *warnings]).strip("\n")
