"""What Gemini says in one turn of a live conversation, message by message."""

from __future__ import annotations

from collections.abc import Iterator

from google.genai import types

from adkconf.models.grounding import join_grounding
from adkconf.models.live_transcript import LiveTranscript
from adkconf.models.llm_response import LlmResponse


class LiveTurn:
    """Turns the messages of a turn into responses.

    Text comes as fragments, and once more as a whole when something else follows it. Sound comes
    as it is. Function calls are collected until the turn is complete; with `calls_at_once`, for
    models that wait for the answers before they complete it, each message's calls come at once.
    """

    def __init__(
        self, heard: LiveTranscript, spoken: LiveTranscript, *, calls_at_once: bool
    ) -> None:
        self._heard = heard
        self._spoken = spoken
        self._calls_at_once = calls_at_once
        self._text = ""
        self._is_thought = False
        self._calls: list[types.Part] = []
        self._grounding: types.GroundingMetadata | None = None
        self._calls_grounding: types.GroundingMetadata | None = None

    def add(self, message: types.LiveServerMessage) -> Iterator[LlmResponse]:
        """Yields what a message brings."""
        if message.usage_metadata:
            yield LlmResponse(usage_metadata=_usage(message.usage_metadata))
        if message.server_content:
            yield from self._add_content(message.server_content, message.tool_call is not None)
        if message.tool_call:
            yield from self._add_calls(message.tool_call)
        if message.session_resumption_update:
            yield LlmResponse(live_session_resumption_update=message.session_resumption_update)
        if message.voice_activity:
            yield LlmResponse(voice_activity=message.voice_activity)
        if message.go_away:
            yield LlmResponse(go_away=message.go_away)

    def finish(self) -> Iterator[LlmResponse]:
        """Yields the calls that no end of the turn came after."""
        if self._calls:
            yield LlmResponse(
                content=types.Content(role="model", parts=self._calls),
                grounding_metadata=self._calls_grounding,
            )
            if self._calls_grounding is not None:
                self._grounding = None
            self._calls, self._calls_grounding = [], None

    def _add_content(
        self, content: types.LiveServerContent, calls_follow: bool
    ) -> Iterator[LlmResponse]:
        self._grounding = join_grounding(self._grounding, content.grounding_metadata)
        ends = bool(content.turn_complete or content.interrupted)
        if content.model_turn and content.model_turn.parts:
            yield from self._add_parts(content, content.model_turn.parts, ends or calls_follow)
        elif content.grounding_metadata and not content.turn_complete:
            yield LlmResponse(
                grounding_metadata=content.grounding_metadata, interrupted=content.interrupted
            )
        yield from self._heard.add(content.input_transcription)
        yield from self._spoken.add(content.output_transcription)
        if ends or content.generation_complete:
            yield from self._heard.finish()
            yield from self._spoken.finish()
        if content.turn_complete:
            yield from self._complete(content)
        elif content.interrupted:
            yield from self._interrupt()

    def _add_parts(
        self, content: types.LiveServerContent, parts: list[types.Part], ends: bool
    ) -> Iterator[LlmResponse]:
        fresh: list[types.Part] = []
        for part in parts:
            breaks = bool(part.thought) != self._is_thought if part.text else not part.inline_data
            if self._text and breaks:
                # The whole repeats what of this message it already has.
                fresh = [kept for kept in fresh if not kept.text]
                yield from self._flush()
            if part.text:
                self._text += part.text
                self._is_thought = bool(part.thought)
            fresh.append(part)
        if ends:
            fresh = [part for part in fresh if not part.text]
        if fresh:
            yield LlmResponse(
                content=types.Content(role="model", parts=fresh),
                partial=True if any(part.text for part in fresh) else None,
                interrupted=content.interrupted,
                grounding_metadata=None if content.turn_complete else content.grounding_metadata,
                turn_complete_reason=content.turn_complete_reason,
            )

    def _flush(self, *, interrupted: bool | None = None) -> Iterator[LlmResponse]:
        """Yields the text so far as a whole, with what it stands on."""
        if not self._text:
            return
        part = types.Part(text=self._text, thought=True if self._is_thought else None)
        grounding = None if self._is_thought else self._grounding
        yield LlmResponse(
            content=types.Content(role="model", parts=[part]),
            grounding_metadata=grounding,
            interrupted=interrupted,
            partial=False,
        )
        self._text, self._is_thought = "", False
        if grounding is not None:
            self._grounding = None

    def _add_calls(self, message: types.LiveServerToolCall) -> Iterator[LlmResponse]:
        yield from self._flush()
        self._calls += [types.Part(function_call=call) for call in message.function_calls or ()]
        self._calls_grounding = self._calls_grounding or self._grounding
        if self._calls_at_once:
            yield from self.finish()

    def _complete(self, content: types.LiveServerContent) -> Iterator[LlmResponse]:
        yield from self._flush(interrupted=content.interrupted)
        yield from self.finish()
        yield LlmResponse(
            turn_complete=True,
            interrupted=content.interrupted,
            grounding_metadata=content.grounding_metadata or self._grounding,
            turn_complete_reason=content.turn_complete_reason,
            interaction_status=content.interaction_status,
        )
        self._grounding = None

    def _interrupt(self) -> Iterator[LlmResponse]:
        if self._text:
            yield from self._flush(interrupted=True)
        else:
            yield LlmResponse(interrupted=True, grounding_metadata=self._grounding)
            self._grounding = None


def _usage(live: types.UsageMetadata) -> types.GenerateContentResponseUsageMetadata:
    """Names the counts as other answers do."""
    return types.GenerateContentResponseUsageMetadata(
        prompt_token_count=live.prompt_token_count,
        cached_content_token_count=live.cached_content_token_count,
        candidates_token_count=live.response_token_count,
        total_token_count=live.total_token_count,
        thoughts_token_count=live.thoughts_token_count,
        tool_use_prompt_token_count=live.tool_use_prompt_token_count,
        prompt_tokens_details=live.prompt_tokens_details,
        cache_tokens_details=live.cache_tokens_details,
        candidates_tokens_details=live.response_tokens_details,
        tool_use_prompt_tokens_details=live.tool_use_prompt_tokens_details,
        traffic_type=live.traffic_type,
    )
