"""Renders diagnostics in a format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from adkconf.config.diagnostics import Diagnostic

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
    # A run needs one of them, and its start is felt in editors and hooks.
    match format:
        case "json":
            from adkconf.config.rendering.records import render_json

            return render_json(diagnostics)
        case "github":
            from adkconf.config.rendering.annotations import render_github

            return render_github(diagnostics)
        case "sarif":
            from adkconf.config.rendering.sarif import render_sarif

            return render_sarif(diagnostics)
        case _:
            from adkconf.config.rendering.excerpt import render_text

            return render_text(diagnostics, sources or {}, color=color)
