"""The tools of the quickstart: plain functions, described to the model by their docstrings."""

from __future__ import annotations

from typing import Any

from adkconf.tools import ToolContext

_HOURS = {
    "museum": "10:00 to 18:00, closed on Mondays",
    "market": "7:00 to 13:00",
    "pool": "6:30 to 21:00",
}


def opening_hours(place: str, tool_context: ToolContext) -> dict[str, Any]:
    """Tells when a place in town is open.

    Args:
        place: The kind of place, for example "museum".
    """
    hours = _HOURS.get(place.lower())
    if hours is None:
        return {"error": f"No place {place!r} in this town. Known: {', '.join(_HOURS)}."}
    tool_context.state["last_place"] = place
    return {"place": place, "hours": hours}
