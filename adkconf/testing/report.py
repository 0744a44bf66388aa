"""Renders the results of tests in a format."""

from __future__ import annotations

from typing import Literal

from adkconf.config.rendering.annotations import render_github
from adkconf.testing.outcome import Results
from adkconf.testing.report_json import results_as_json
from adkconf.testing.report_junit import results_as_junit
from adkconf.testing.report_text import results_as_text

Format = Literal["text", "json", "github", "junit"]

FORMATS: tuple[Format, ...] = ("text", "json", "github", "junit")


def render_results(results: Results, format: Format, *, color: bool = False) -> str:
    """Returns the results in one of `FORMATS`; `github` has only what failed."""
    match format:
        case "json":
            return results_as_json(results)
        case "github":
            return render_github(results.failures)
        case "junit":
            return results_as_junit(results)
        case _:
            return results_as_text(results, color=color)
