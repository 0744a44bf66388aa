"""Leaving a LoopAgent."""

from __future__ import annotations

from adkconf.agents.context import Context


def exit_loop(tool_context: Context) -> None:
    """Ends the loop. Call it only when its task is done."""
    tool_context.actions.escalate = True
    tool_context.actions.skip_summarization = True
