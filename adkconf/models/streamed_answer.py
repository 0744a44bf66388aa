"""The chunks of a streamed Gemini answer."""

from __future__ import annotations

from typing import Any

from google.genai import types

from adkconf.models.llm_response import LlmResponse
from adkconf.models.streamed_parts import StreamedParts


class StreamedAnswer:
    """Shows every chunk as a fragment and ends with the complete answer.

    Usage, model version, finish reason, grounding and citations are the last that were sent. Only
    the first candidate counts.
    """

    def __init__(self) -> None:
        self._parts = StreamedParts()
        self._last: dict[str, Any] = {}

    def add(self, chunk: types.GenerateContentResponse) -> LlmResponse | None:
        """Takes in a chunk and returns it as a fragment; None when it has nothing to show.

        Raises:
            ValueError: a piece of a function call does not fit.
        """
        candidates = [candidate for candidate in chunk.candidates or () if not candidate.index]
        self._note("usage_metadata", chunk.usage_metadata)
        self._note("model_version", chunk.model_version)
        if candidates:
            self._note_candidate(candidates[0])
            content = candidates[0].content
            for part in (content.parts if content else None) or ():
                self._parts.add(part)
        elif chunk.prompt_feedback and not chunk.candidates:
            self._note("error_code", chunk.prompt_feedback.block_reason)
            self._note("error_message", chunk.prompt_feedback.block_reason_message)
        else:
            return None
        fragment = LlmResponse.create(chunk.model_copy(update={"candidates": candidates}))
        fragment.partial = True
        return fragment

    def complete(self) -> LlmResponse:
        """Returns the complete answer; its error tells when nothing was answered."""
        parts = self._parts.complete()
        if not parts and not self._last.keys() & {"finish_reason", "error_code"}:
            self._last["error_code"] = "UNKNOWN_ERROR"
            self._last["error_message"] = "The model's answer ended before it said anything."
        content = types.Content(role="model", parts=parts) if parts else None
        return LlmResponse(content=content, partial=False, **self._last)

    def _note_candidate(self, candidate: types.Candidate) -> None:
        self._note("grounding_metadata", candidate.grounding_metadata)
        self._note("citation_metadata", candidate.citation_metadata)
        self._note("finish_reason", candidate.finish_reason)
        if candidate.finish_reason not in (None, types.FinishReason.STOP):
            self._note("error_code", candidate.finish_reason)
            self._note("error_message", candidate.finish_message)

    def _note(self, field: str, value: Any) -> None:
        if value is not None:
            self._last[field] = value
