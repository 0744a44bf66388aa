"""What of a request can be sent to Gemini as it is, and what must be changed first."""

from __future__ import annotations

from typing import Any

from google.genai import types

from adkconf.models.llm_request import LlmRequest

_START = "Do what your instructions ask for."
_GO_ON = "Go on with what you were asked to do. If all of it is done, say what the result is."


def sendable_contents(request: LlmRequest, *, vertexai: bool) -> list[types.ContentUnion]:
    """Returns contents that end with a user's; what must differ from the request is a copy.

    The Gemini API, unlike Vertex AI, refuses the display names of files.
    """
    contents: list[types.ContentUnion] = [
        content if vertexai else without_display_names(content) for content in request.contents
    ]
    if not request.contents:
        contents.append(types.UserContent(_START))
    elif request.contents[-1].role != "user":
        contents.append(types.UserContent(_GO_ON))
    return contents


def sendable_config(
    request: LlmRequest, *, vertexai: bool, speech_config: types.SpeechConfig | None
) -> types.GenerateContentConfig:
    """Returns a copy of the configuration, without labels where the Gemini API refuses them."""
    changes: dict[str, Any] = {}
    if not vertexai:
        changes["labels"] = None
    if speech_config is not None and request.config.speech_config is None:
        changes["speech_config"] = speech_config
    return request.config.model_copy(update=changes)


def without_display_names(content: types.Content) -> types.Content:
    """Returns the content itself when its files have no names, else a copy without them."""
    parts = content.parts or []
    if not any(_has_display_name(part) for part in parts):
        return content
    return content.model_copy(update={"parts": [_without_display_name(part) for part in parts]})


def _has_display_name(part: types.Part) -> bool:
    payload = part.inline_data or part.file_data
    return payload is not None and payload.display_name is not None


def _without_display_name(part: types.Part) -> types.Part:
    changes = {
        field: payload.model_copy(update={"display_name": None})
        for field, payload in (("inline_data", part.inline_data), ("file_data", part.file_data))
        if payload is not None
    }
    return part.model_copy(update=changes) if changes else part
