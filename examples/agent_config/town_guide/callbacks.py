from __future__ import annotations

from adkconf.agents import Context


def note_town(callback_context: Context) -> None:
    """Puts what the instruction needs into the state."""
    callback_context.state["town_name"] = "Freiberg"
