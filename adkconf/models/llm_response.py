"""One answer, or one streamed fragment of an answer, of a model."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from adkconf.models.cache_metadata import CacheMetadata
from adkconf.models.genai_types import types


class LlmResponse(BaseModel):
    """What a model said, or why it said nothing.

    A response with `partial=True` is a fragment for display: it is never stored, never runs a
    tool, and the complete content follows in one response whose `partial` is unset. A failure
    sets `error_code` and `error_message`. JSON uses google-adk's camelCase names.
    """

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)

    model_version: str | None = None
    content: types.Content | None = None
    grounding_metadata: types.GroundingMetadata | None = None
    partial: bool | None = None
    turn_complete: bool | None = None
    turn_complete_reason: types.TurnCompleteReason | None = None
    interaction_status: types.InteractionStatus | None = None
    finish_reason: types.FinishReason | None = None
    error_code: str | None = None
    error_message: str | None = None
    interrupted: bool | None = None
    custom_metadata: dict[str, Any] | None = None
    usage_metadata: types.GenerateContentResponseUsageMetadata | None = None
    live_session_resumption_update: types.LiveServerSessionResumptionUpdate | None = None
    live_session_id: str | None = None
    go_away: types.LiveServerGoAway | None = None
    voice_activity: types.VoiceActivity | None = None
    input_transcription: types.Transcription | None = None
    output_transcription: types.Transcription | None = None
    avg_logprobs: float | None = None
    logprobs_result: types.LogprobsResult | None = None
    cache_metadata: CacheMetadata | None = None
    citation_metadata: types.CitationMetadata | None = None
    interaction_id: str | None = None
    environment_id: str | None = None

    def get_function_calls(self) -> list[types.FunctionCall]:
        """Returns the function calls among the parts, in order."""
        parts = (self.content.parts if self.content else None) or ()
        return [part.function_call for part in parts if part.function_call]

    def get_function_responses(self) -> list[types.FunctionResponse]:
        """Returns the function responses among the parts, in order."""
        parts = (self.content.parts if self.content else None) or ()
        return [part.function_response for part in parts if part.function_response]

    @staticmethod
    def create(response: types.GenerateContentResponse) -> LlmResponse:
        """Reduces a google-genai response to its first candidate.

        A candidate without parts counts as an answer only when it stopped normally; otherwise its
        finish reason becomes the error code. A response without candidates reports the prompt's
        block reason.
        """
        common: dict[str, Any] = {
            "usage_metadata": response.usage_metadata,
            "model_version": response.model_version,
        }
        if response.candidates:
            candidate = response.candidates[0]
            common |= {
                "finish_reason": candidate.finish_reason,
                "citation_metadata": candidate.citation_metadata,
                "avg_logprobs": candidate.avg_logprobs,
                "logprobs_result": candidate.logprobs_result,
            }
            has_parts = bool(candidate.content and candidate.content.parts)
            if has_parts or candidate.finish_reason == types.FinishReason.STOP:
                return LlmResponse(
                    content=candidate.content,
                    grounding_metadata=candidate.grounding_metadata,
                    **common,
                )
            return LlmResponse(
                error_code=_text(candidate.finish_reason),
                error_message=candidate.finish_message,
                **common,
            )
        if feedback := response.prompt_feedback:
            return LlmResponse(
                error_code=_text(feedback.block_reason),
                error_message=feedback.block_reason_message,
                **common,
            )
        return LlmResponse(
            error_code="UNKNOWN_ERROR",
            error_message="The model returned neither a candidate nor a reason.",
            **common,
        )


def _text(reason: types.FinishReason | types.BlockedReason | None) -> str | None:
    return None if reason is None else str(reason.value)
