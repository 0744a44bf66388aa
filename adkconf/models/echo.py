"""A model that answers with what it was told."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator

from google.genai import types
from pydantic import PrivateAttr

from adkconf.flows.quotation import is_quotation
from adkconf.models.base_llm import BaseLlm
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.models.offline_answer import offline_responses
from adkconf.models.word_usage import WordUsage


class Echo(BaseLlm):
    """Answers with the latest text of the user, without key or network.

    After a tool it answers with the tool's results as JSON. What other agents said does not count
    as the user's text. A file is answered with its type in brackets. Token counts are words.
    """

    model: str = "echo"

    _usage: WordUsage = PrivateAttr(default_factory=WordUsage)

    @classmethod
    def supported_models(cls) -> list[str]:
        """Returns the one name of this model."""
        return ["echo"]

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        """Answers with the latest text of the user."""
        parts = [types.Part(text=_echo(llm_request.contents))]
        usage = self._usage.of(llm_request, parts)
        for response in offline_responses(parts, model=self.model, usage=usage, stream=stream):
            yield response


def _echo(contents: list[types.Content]) -> str:
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
