"""What the echo says to a conversation."""

from __future__ import annotations

import json

from google.genai import types

from adkconf.flows.quotation import is_quotation


def echoed(contents: list[types.Content]) -> str:
    """Returns the results of the tools that answered last, or else the user's latest text."""
    if contents and (results := _results(contents[-1])):
        return results
    return _latest_text(contents)


def _latest_text(contents: list[types.Content]) -> str:
    """Returns the user's latest text; what another agent said only if the user said nothing."""
    quoted = ""
    for content in reversed(contents):
        text = "".join(_shown(part) for part in content.parts or ())
        if not text or content.role == "model":
            continue
        if not is_quotation(content):
            return text
        quoted = quoted or text
    return quoted


def _results(content: types.Content) -> str:
    responses = [part.function_response for part in content.parts or () if part.function_response]
    return "\n".join(
        f"{response.name}: {json.dumps(response.response, ensure_ascii=False, default=str)}"
        for response in responses
    )


def _shown(part: types.Part) -> str:
    if part.text:
        return part.text
    payload = part.inline_data or part.file_data
    return f"[{payload.mime_type or 'file'}]" if payload is not None else ""
