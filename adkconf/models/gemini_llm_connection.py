"""A live connection to Gemini, through google-genai."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractContextManager, aclosing
from typing import Any, cast

from google.genai import types
from google.genai.live import AsyncSession

from adkconf.errors import InputValidationError
from adkconf.models.base_llm_connection import BaseLlmConnection, RealtimeInput
from adkconf.models.gemini_live_setup import is_live_3, is_translator
from adkconf.models.live_transcript import LiveTranscript
from adkconf.models.live_turn import LiveTurn
from adkconf.models.llm_response import LlmResponse

# Live models of Gemini 3 wait for new input after the history, whatever it ends with.
_GO_AHEAD = "."
_SIGNALS = {
    "input_transcription",
    "output_transcription",
    "live_session_resumption_update",
    "voice_activity",
    "go_away",
}


class GeminiLlmConnection(BaseLlmConnection):
    """Speaks the Live API; `explained` makes our errors of the SDK's."""

    def __init__(
        self,
        session: AsyncSession,
        *,
        model: str,
        explained: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._session = session
        self._model = model
        self._explained = explained
        self._is_3 = is_live_3(model)
        self._heard = LiveTranscript("input_transcription", whole=self._is_3)
        self._spoken = LiveTranscript("output_transcription")

    async def send_history(self, history: list[types.Content]) -> None:
        """Sends what was said, without sound: that stands there as text too."""
        turns = [content for item in history if (content := _without_sound(item)) is not None]
        if not turns:
            return
        asks = turns[-1].role == "user"
        with self._explained():
            await self._session.send_client_content(
                turns=cast(Any, turns),
                turn_complete=asks,
            )
            if asks and self._is_3:
                await self._session.send_realtime_input(text=_GO_AHEAD)

    async def send_content(self, content: types.Content) -> None:
        """Sends a message or answers to calls."""
        await self._send_content(content)

    async def _send_content(self, content: types.Content, *, partial: bool = False) -> None:
        parts = content.parts or []
        answers = [part.function_response for part in parts if part.function_response]
        with self._explained():
            if answers and len(answers) == len(parts):
                await self._session.send_tool_response(function_responses=answers)
            elif self._is_3 and not partial and len(parts) == 1 and parts[0].text:
                await self._session.send_realtime_input(text=parts[0].text)
            else:
                await self._session.send_client_content(turns=content, turn_complete=not partial)

    async def send_realtime(self, blob: RealtimeInput) -> None:
        """Sends sound, an image or a signal.

        Raises:
            InputValidationError: the model takes neither.
        """
        with self._explained():
            await self._session.send_realtime_input(**self._realtime(blob))

    def _realtime(self, blob: RealtimeInput) -> dict[str, Any]:
        match blob:
            case types.ActivityStart():
                return {"activity_start": blob}
            case types.ActivityEnd():
                return {"activity_end": blob}
            case types.LiveClientRealtimeInput():
                return {"audio_stream_end": True}
        if not (self._is_3 or is_translator(self._model)):
            return {"media": blob}
        kind = (blob.mime_type or "").partition("/")[0]
        if kind not in {"audio", "image"}:
            raise InputValidationError(
                f"{self._model} takes blobs of audio/… and image/…, not {blob.mime_type!r}"
            )
        return {"audio" if kind == "audio" else "video": blob}

    async def receive(self) -> AsyncGenerator[LlmResponse, None]:
        """Yields one turn of the model."""
        turn = LiveTurn(self._heard, self._spoken, calls_at_once=self._is_3)
        with self._explained():
            async with aclosing(_messages(self._session)) as messages:
                async for message in messages:
                    for response in turn.add(message):
                        yield self._signed(response)
                    if message.server_content and message.server_content.turn_complete:
                        return
        for response in turn.finish():
            yield self._signed(response)

    def _signed(self, response: LlmResponse) -> LlmResponse:
        """Names the model and the session; what was heard or signalled is nobody's answer."""
        if not response.model_fields_set & _SIGNALS:
            response.model_version = self._model
            response.live_session_id = self._session.session_id
        return response

    async def close(self) -> None:
        """Closes the connection."""
        await self._session.close()


def _messages(session: AsyncSession) -> AsyncGenerator[types.LiveServerMessage, None]:
    received: AsyncIterator[types.LiveServerMessage] = session.receive()
    # It is written as a generator, whatever its annotation says.
    return cast(AsyncGenerator[types.LiveServerMessage, None], received)


def _without_sound(content: types.Content) -> types.Content | None:
    parts = [part for part in content.parts or () if not _is_sound(part)]
    return types.Content(role=content.role, parts=parts) if parts else None


def _is_sound(part: types.Part) -> bool:
    payload = part.inline_data or part.file_data
    return payload is not None and (payload.mime_type or "").startswith("audio/")
