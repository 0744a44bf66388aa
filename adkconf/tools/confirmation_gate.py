"""What stands before a tool that a person has to allow."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from adkconf.agents.context import Context

Needed: TypeAlias = bool | Callable[..., Any]
"""Whether to ask; a function says it for the arguments of a call."""


class ConfirmationGate:
    """Asks a person before a tool is called, if `needed`."""

    def __init__(self, needed: Needed) -> None:
        self._needed = needed

    async def ask_first(
        self, tool: str, arguments: dict[str, Any], tool_context: Context
    ) -> dict[str, str] | None:
        """Returns the answer to give instead of calling the tool; None to go ahead."""
        if not await is_needed(self._needed, {"tool_context": tool_context, **arguments}):
            return None
        if (answer := tool_context.tool_confirmation) is None:
            tool_context.request_confirmation(
                hint=f"May the tool {tool} be called with these arguments? Answer with a "
                "function response that sets `confirmed`."
            )
            tool_context.actions.skip_summarization = True
            return {"error": "This tool call waits for a person's confirmation."}
        return None if answer.confirmed else {"error": "A person rejected this tool call."}


async def is_needed(needed: Needed, arguments: Mapping[str, Any]) -> bool:
    """Tells whether to ask; a function gets those of the arguments that it has parameters for."""
    if not callable(needed):
        return needed
    parameters = inspect.signature(needed).parameters
    takes_all = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    taken = {name: arguments[name] for name in arguments if takes_all or name in parameters}
    said = needed(**taken)
    return bool(await said if inspect.isawaitable(said) else said)
