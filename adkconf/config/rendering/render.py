"""Renders diagnostics in a format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.rendering.excerpt import render_text
from adkconf.config.rendering.machine import render_github, render_json, render_sarif

Format = Literal["text", "json", "github", "sarif"]

FORMATS: tuple[Format, ...] = ("text", "json", "github", "sarif")


def render(
    diagnostics: Sequence[Diagnostic],
    format: Format = "text",
    *,
    sources: Mapping[str, str] | None = None,
    color: bool = False,
) -> str:
    """Returns the diagnostics in one of `FORMATS`.

    Text shows the lines in question: of `sources`, or of the files where they are not in there.
    """
    match format:
        case "json":
            return render_json(diagnostics)
        case "github":
            return render_github(diagnostics)
        case "sarif":
            return render_sarif(diagnostics)
        case _:
            return render_text(diagnostics, sources or {}, color=color)
