"""The built-in planners, under google-adk's names."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from adkconf.config.spec.component import Builtin, Catalog
from adkconf.config.spec.section import Section


class ThinkingSpec(Section):
    """How a model thinks, with google-genai's names."""

    include_thoughts: bool | None = None
    """Return summaries of the thoughts."""
    thinking_budget: int | None = Field(default=None, ge=-1)
    """The most tokens to think with; 0 for none, -1 for as many as the model likes."""
    thinking_level: Literal["MINIMAL", "LOW", "MEDIUM", "HIGH"] | None = None
    """How deeply to think; newer models take this instead of a budget."""


class BuiltInPlannerArguments(Section):
    """The model plans by its own thinking."""

    thinking_config: ThinkingSpec
    """How it thinks."""


PLANNERS = Catalog.of(
    "planner",
    Builtin("BuiltInPlanner", "The model's own thinking.", BuiltInPlannerArguments),
    Builtin("PlanReActPlanner", "A plan first, then actions, then the answer."),
)
