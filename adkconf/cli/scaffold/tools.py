"""Tools of the app. A tool is a function; the model reads its signature and docstring."""

from __future__ import annotations

from adkconf.tools import ToolContext


def add_item(item: str, tool_context: ToolContext) -> list[str]:
    """Adds something to the list of things to do.

    Args:
        item: What to do, in a few words.

    Returns:
        The whole list.
    """
    items = [*tool_context.state.get("items", []), item]
    tool_context.state["items"] = items
    return items


def list_items(tool_context: ToolContext) -> list[str]:
    """Returns the list of things to do."""
    return list(tool_context.state.get("items", []))
