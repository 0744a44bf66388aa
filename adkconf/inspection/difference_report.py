"""Differences with their consequences, for people, for programs and for reviews."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal

from adkconf.config.rendering.excerpt import printable
from adkconf.inspection.comparison import Difference
from adkconf.inspection.impact import IMPACTS, Consequence, consequence

Format = Literal["text", "json", "markdown"]
FORMATS: tuple[Format, ...] = ("text", "json", "markdown")

_SAME = "No difference."
_Row = tuple[Difference, Consequence]


def report(differences: Sequence[Difference], format: Format, *, resumable: bool = False) -> str:
    """Returns all changes, the gravest first.

    `resumable` tells whether the old app may have paused runs.
    """
    rows = [(found, consequence(found, resumable=resumable)) for found in differences]
    rows.sort(key=lambda row: IMPACTS.index(row[1].impact))
    match format:
        case "json":
            return _json(rows)
        case "markdown":
            return _markdown(rows)
        case _:
            return _text(rows)


def _text(rows: Sequence[_Row]) -> str:
    if not rows:
        return f"{_SAME}\n"
    lines: list[str] = []
    for impact in IMPACTS:
        group = [row for row in rows if row[1].impact == impact]
        if group:
            lines.append(f"{impact}:")
        for difference, cost in group:
            lines += [f"  {_change(difference)}", f"      {cost.reason}"]
    return "\n".join(lines) + "\n"


def _change(difference: Difference) -> str:
    path = printable(difference.path)
    old, new = printable(difference.old), printable(difference.new)
    match difference.kind:
        case "added":
            return f"{path}: added {new}".removesuffix(" {}")
        case "removed":
            return f"{path}: removed {old}".removesuffix(" {}")
        case "reordered":
            return f"{path}: order {old} → {new}"
        case _:
            return f"{path}: {old} → {new}"


def _json(rows: Sequence[_Row]) -> str:
    changes = [
        {
            "path": difference.path,
            "change": difference.kind,
            "old": difference.old or None,
            "new": difference.new or None,
            "impact": cost.impact,
            "reason": cost.reason,
        }
        for difference, cost in rows
    ]
    return json.dumps({"changes": changes}, indent=2, ensure_ascii=False) + "\n"


def _markdown(rows: Sequence[_Row]) -> str:
    if not rows:
        return f"{_SAME}\n"
    lines = ["| impact | change | why |", "|---|---|---|"]
    for difference, cost in rows:
        lines.append(f"| **{cost.impact}** | {_code(_change(difference))} | {cost.reason} |")
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    """Quotes a text as code inside of a table; nothing in it can end either."""
    fence = "`"
    while fence in text:
        fence += "`"
    return f"{fence} {text} {fence}".replace("|", "\\|")
