"""One example."""

from __future__ import annotations

from google.genai import types
from pydantic import BaseModel


class Example(BaseModel):
    """What a user says, and how it should be answered: with texts, calls and their results."""

    input: types.Content
    output: list[types.Content]
