"""Planning by the model's own thinking."""

from __future__ import annotations

from google.genai import types

from adkconf.agents.context import Context
from adkconf.agents.readonly_context import ReadonlyContext
from adkconf.models.llm_request import LlmRequest
from adkconf.planners.base_planner import BasePlanner


class BuiltInPlanner(BasePlanner):
    """Sets `thinking_config` in each request; it replaces that of `generate_content_config`.

    A model that cannot think refuses the request.
    """

    def __init__(self, *, thinking_config: types.ThinkingConfig) -> None:
        self.thinking_config = thinking_config

    def apply_thinking_config(self, llm_request: LlmRequest) -> None:
        """Puts the thinking configuration into a request."""
        llm_request.config.thinking_config = self.thinking_config

    def build_planning_instruction(
        self, readonly_context: ReadonlyContext, llm_request: LlmRequest
    ) -> str | None:
        """Adds nothing: the model knows how to think."""
        return None

    def process_planning_response(
        self, callback_context: Context, response_parts: list[types.Part]
    ) -> list[types.Part] | None:
        """Changes nothing: the model marks its thoughts."""
        return None
