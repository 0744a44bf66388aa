"""A function whose final answer comes later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adkconf.tools.function_tool import FunctionTool

_NOTE = (
    "This operation takes long. Once it has answered with a status, do not call it again for "
    "the same task."
)


class LongRunningFunctionTool(FunctionTool):
    """Starts work and returns a handle, or nothing; the client sends the result later.

    The run's event lists the call's id in `long_running_tool_ids`. A function that returns None
    ends the run until the client answers that id with a function response.
    """

    def __init__(self, func: Callable[..., Any]) -> None:
        super().__init__(func)
        self.is_long_running = True
        self.description = f"{self.description}\n\n{_NOTE}".strip()
        self._declaration = self._declaration.model_copy(update={"description": self.description})
