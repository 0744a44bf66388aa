"""One example."""

from __future__ import annotations

from typing import Any

from google.genai import types
from pydantic import BaseModel, field_validator


class Example(BaseModel):
    """What a user says, and how it should be answered: with texts, calls and their results.

    A text stands for a content: as `input` the user's, in `output` the model's.
    """

    input: types.Content
    output: list[types.Content]

    @field_validator("input", mode="before")
    @classmethod
    def _said_by_the_user(cls, value: Any) -> Any:
        return _content(value, "user")

    @field_validator("output", mode="before")
    @classmethod
    def _said_by_the_model(cls, value: Any) -> Any:
        return [_content(item, "model") for item in value] if isinstance(value, list) else value


def _content(value: Any, role: str) -> Any:
    if not isinstance(value, str):
        return value
    return types.Content(role=role, parts=[types.Part(text=value)])
