"""One thing that is remembered."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from adkconf.models.genai_types import types


class MemoryEntry(BaseModel):
    """What was said, and by whom and when (`timestamp` in ISO 8601) as far as that is known."""

    content: types.Content
    custom_metadata: dict[str, Any] = Field(default_factory=dict)
    id: str | None = None
    author: str | None = None
    timestamp: str | None = None
