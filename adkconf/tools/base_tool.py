"""The contract of a tool."""

from __future__ import annotations

from typing import Any, ClassVar

from google.genai import types

from adkconf.agents.context import Context
from adkconf.models.llm_request import LlmRequest


class BaseTool:
    """Something a model may call, or that changes the request (a model-side tool).

    `is_long_running` tools answer at once with a handle or not at all; the final answer comes
    later from the client, as a function response with the call's id.
    """

    # The answer may come later, as that of a long-running tool, but from inside the run.
    defers_answer: ClassVar[bool] = False
    # What it returns is somebody's answer: shown as a text, too, where it ends the turn.
    speaks: ClassVar[bool] = False
    # While it runs it sends events of its own.
    sends_events: ClassVar[bool] = False

    def __init__(
        self,
        *,
        name: str,
        description: str,
        is_long_running: bool = False,
        custom_metadata: dict[str, Any] | None = None,
    ) -> None:
        self.name = name
        self.description = description
        self.is_long_running = is_long_running
        self.custom_metadata = custom_metadata

    def _get_declaration(self) -> types.FunctionDeclaration | None:
        """Returns what the model is told of the tool; None for tools the model does not call."""
        return None

    async def run_async(self, *, args: dict[str, Any], tool_context: Context) -> Any:
        """Runs the tool; a result that is not a dict reaches the model as `{"result": …}`."""
        raise NotImplementedError(f"{type(self).__name__} does not define run_async")

    async def process_llm_request(self, *, tool_context: Context, llm_request: LlmRequest) -> None:
        """Adds the tool to a request; by default its declaration."""
        llm_request.append_tools([self])
