"""Token counts for models that have no tokens: a word counts as one."""

from __future__ import annotations

from collections.abc import Iterable

from google.genai import types

from adkconf.models.llm_request import LlmRequest
from adkconf.models.per_session import PerSession


class WordUsage:
    """Counts the words of requests and answers.

    The contents of a session's next request are mostly those of the last one, so only what was
    added is counted: a turn costs the same however long the conversation is.
    """

    def __init__(self) -> None:
        # How many contents were counted, the last of them, and their words.
        self._counted: PerSession[tuple[int, types.Content, int]] = PerSession()

    def of(
        self, request: LlmRequest, answer: list[types.Part]
    ) -> types.GenerateContentResponseUsageMetadata:
        """Returns the usage of one call."""
        prompt = self._prompt_words(request)
        thoughts = _words(part for part in answer if part.thought)
        candidates = _words(part for part in answer if not part.thought)
        return types.GenerateContentResponseUsageMetadata(
            prompt_token_count=prompt,
            candidates_token_count=candidates,
            thoughts_token_count=thoughts or None,
            total_token_count=prompt + thoughts + candidates,
        )

    def _prompt_words(self, request: LlmRequest) -> int:
        instruction = request.config.system_instruction
        words = len(instruction.split()) if isinstance(instruction, str) else 0
        return words + self._content_words(request)

    def _content_words(self, request: LlmRequest) -> int:
        contents, key = request.contents, request.session_key
        first, words = 0, 0
        if key is not None and (known := self._counted.get(key)) is not None:
            length, last, counted = known
            if length <= len(contents) and contents[length - 1] is last:
                first, words = length, counted
        for content in contents[first:]:
            words += _words(content.parts or ())
        if key is not None and contents:
            self._counted.put(key, (len(contents), contents[-1], words))
        return words


def _words(parts: Iterable[types.Part]) -> int:
    return sum(_part_words(part) for part in parts)


def _part_words(part: types.Part) -> int:
    if part.text is not None:
        return len(part.text.split())
    if part.function_call is not None:
        return 1 + len(str(part.function_call.args or "").split())
    if part.function_response is not None:
        return 1 + len(str(part.function_response.response or "").split())
    return 1
