"""What stands before a tool that a person has to allow."""

from __future__ import annotations

import inspect
from collections.abc import Callable
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
        if not await self._is_needed(arguments, tool_context):
            return None
        if (answer := tool_context.tool_confirmation) is None:
            tool_context.request_confirmation(
                hint=f"May the tool {tool} be called with these arguments? Answer with a "
                "function response that sets `confirmed`."
            )
            tool_context.actions.skip_summarization = True
            return {"error": "This tool call waits for a person's confirmation."}
        return None if answer.confirmed else {"error": "A person rejected this tool call."}

    async def _is_needed(self, arguments: dict[str, Any], tool_context: Context) -> bool:
        if not callable(self._needed):
            return self._needed
        said = self._needed(**_taken(self._needed, arguments, tool_context))
        return bool(await said if inspect.isawaitable(said) else said)


def _taken(
    function: Callable[..., Any], arguments: dict[str, Any], tool_context: Context
) -> dict[str, Any]:
    """Returns those of the arguments that a function has parameters for."""
    parameters = inspect.signature(function).parameters
    given = {"tool_context": tool_context, **arguments}
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return given
    return {name: value for name, value in given.items() if name in parameters}
