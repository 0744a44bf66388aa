"""Shorthands for model tests."""

from __future__ import annotations

from typing import Any

from google.genai import types

from adkconf.models.base_llm import BaseLlm
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse


def asks(*texts: str, **fields: Any) -> LlmRequest:
    """A request whose contents are the texts of user and model in turn."""
    roles = ("user", "model")
    contents = [
        types.Content(role=roles[index % 2], parts=[types.Part(text=text)])
        for index, text in enumerate(texts)
    ]
    return LlmRequest(contents=contents, **fields)


async def ask(model: BaseLlm, request: LlmRequest, *, stream: bool = False) -> list[LlmResponse]:
    return [response async for response in model.generate_content_async(request, stream=stream)]


def said(response: LlmResponse) -> str:
    """The text of a response without its thoughts."""
    parts = (response.content.parts if response.content else None) or []
    return "".join(part.text or "" for part in parts if not part.thought)


def wire_json(response: LlmResponse) -> dict[str, Any]:
    return response.model_dump(mode="json", by_alias=True, exclude_none=True)
