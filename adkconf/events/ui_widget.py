"""A widget that a front-end is asked to draw."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class UiWidget(BaseModel):
    """`provider` chooses how the front-end draws it (`mcp`: an MCP App); `payload` is its data."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)

    id: str
    provider: str
    payload: dict[str, Any] = Field(default_factory=dict)
