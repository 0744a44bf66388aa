"""Tells what went wrong on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

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
    """Returns diagnostics as text with excerpts, in colour if standard error is a terminal."""
    # Only broken files need it.
    from adkconf.config.rendering.render import render as render_text

    color = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    return render_text(diagnostics, sources=sources, color=color).rstrip("\n")
