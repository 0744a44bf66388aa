"""The contract of a planner."""

from __future__ import annotations

from abc import ABC, abstractmethod

from google.genai import types

from adkconf.agents.context import Context
from adkconf.agents.readonly_context import ReadonlyContext
from adkconf.models.llm_request import LlmRequest


class BasePlanner(ABC):
    """Makes a model plan, and tells its plan from its answer. Subclass it to bring your own."""

    @abstractmethod
    def build_planning_instruction(
        self, readonly_context: ReadonlyContext, llm_request: LlmRequest
    ) -> str | None:
        """Returns what to add to the system instruction, or None."""

    @abstractmethod
    def process_planning_response(
        self, callback_context: Context, response_parts: list[types.Part]
    ) -> list[types.Part] | None:
        """Returns the parts to go on with, or None to leave them as they are.

        A streamed answer comes in fragments first, and then as a whole. State that is written
        here is stored with the answer.
        """
