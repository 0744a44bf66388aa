"""Answers of the models that need no network, as a model service would send them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from google.genai import types

from adkconf.models.llm_response import LlmResponse

_WORD = re.compile(r"\s*\S+\s*|\s+")


def offline_responses(
    parts: list[types.Part],
    *,
    model: str,
    usage: types.GenerateContentResponseUsageMetadata,
    stream: bool,
) -> Iterator[LlmResponse]:
    """Yields the complete answer; when streaming, its texts word by word before it."""
    if stream:
        for part in parts:
            for word in words_of(part.text or ""):
                fragment = types.Part(text=word, thought=part.thought)
                yield LlmResponse(
                    content=types.Content(role="model", parts=[fragment]),
                    model_version=model,
                    partial=True,
                )
    yield LlmResponse(
        content=types.Content(role="model", parts=parts),
        finish_reason=types.FinishReason.STOP,
        model_version=model,
        usage_metadata=usage,
        partial=False if stream else None,
    )


def words_of(text: str) -> list[str]:
    """Splits a text into the pieces that it is streamed in."""
    return _WORD.findall(text)
