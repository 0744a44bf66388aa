"""One instruction for all agents of an app."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from google.genai import types

from adkconf.agents.context import Context
from adkconf.agents.readonly_context import ReadonlyContext
from adkconf.flows.templates import fill_template
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.plugins.base_plugin import BasePlugin


class GlobalInstructionPlugin(BasePlugin):
    """Puts an instruction in front of the system instruction of every model call.

    `global_instruction` is a template over the state, as an agent's own instruction is, or a
    function of the context that returns the text, with `async` or without.
    """

    def __init__(
        self,
        global_instruction: str | Callable[[ReadonlyContext], Any] = "",
        name: str = "global_instruction",
    ) -> None:
        super().__init__(name)
        self.global_instruction = global_instruction

    async def before_model_callback(
        self, *, callback_context: Context, llm_request: LlmRequest
    ) -> LlmResponse | None:
        """Adds the instruction.

        Raises:
            KeyError: the template names a state key or an artifact that is not there.
        """
        if text := await self._text(callback_context):
            config = llm_request.config
            config.system_instruction = _with_prefix(text, config.system_instruction)
        return None

    async def _text(self, context: Context) -> str:
        if isinstance(self.global_instruction, str):
            return await fill_template(self.global_instruction, context)
        text = self.global_instruction(context)
        return str((await text if inspect.isawaitable(text) else text) or "")


def _with_prefix(text: str, instruction: Any) -> Any:
    """Joins the two; an instruction that is not a text keeps its shape."""
    if not instruction:
        return text
    if isinstance(instruction, str):
        return f"{text}\n\n{instruction}"
    if isinstance(instruction, types.Content):
        parts = [types.Part(text=text), *(instruction.parts or ())]
        return instruction.model_copy(update={"parts": parts})
    return [text, *(instruction if isinstance(instruction, list) else [instruction])]
