"""Asking the user to choose."""

from __future__ import annotations

from adkconf.agents.context import Context
from adkconf.tools.long_running_tool import LongRunningFunctionTool


def get_user_choice(options: list[str], tool_context: Context) -> None:  # noqa: ARG001
    """Shows options to the user and waits for the choice.

    Args:
        options: what the user may choose from.
    """
    tool_context.actions.skip_summarization = True


get_user_choice_tool = LongRunningFunctionTool(get_user_choice)
