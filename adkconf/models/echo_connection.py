"""A live conversation with the model that says what it was told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator

from google.genai import types

from adkconf.errors import LiveConnectionClosedError
from adkconf.models.base_llm_connection import BaseLlmConnection, RealtimeInput
from adkconf.models.echoed_text import echoed
from adkconf.models.live_transcript import LiveTranscript, Side
from adkconf.models.llm_response import LlmResponse
from adkconf.models.offline_answer import words_of

_NORMAL_CLOSURE = 1000


class EchoConnection(BaseLlmConnection):
    """Answers each message, and sound when the user stops speaking or its stream ends."""

    def __init__(self, config: types.LiveConnectConfig) -> None:
        self._speaks = types.Modality.AUDIO in (config.response_modalities or ())
        self._transcribes_input = config.input_audio_transcription is not None
        self._transcribes_output = config.output_audio_transcription is not None
        self._contents: list[types.Content] = []
        self._sound: list[types.Blob] = []
        self._turns: asyncio.Queue[list[LlmResponse] | None] = asyncio.Queue()
        self._is_closed = False

    async def send_history(self, history: list[types.Content]) -> None:
        """Takes the history; answers it if the user said the last of it."""
        self._contents += history
        if history and history[-1].role == "user":
            self._answer([])

    async def send_content(self, content: types.Content) -> None:
        """Answers a message."""
        await self._send_content(content)

    async def _send_content(self, content: types.Content, *, partial: bool = False) -> None:
        self._check_open()
        self._contents.append(content)
        if not partial:
            self._answer([])

    async def send_realtime(self, blob: RealtimeInput) -> None:
        """Collects sound; answers it when it ends."""
        self._check_open()
        if isinstance(blob, types.Blob):
            self._sound.append(blob)
        elif self._sound and not isinstance(blob, types.ActivityStart):
            sound, self._sound = self._sound, []
            part = types.Part(inline_data=types.Blob(mime_type=sound[0].mime_type, data=b""))
            self._contents.append(types.Content(role="user", parts=[part]))
            self._answer(sound)

    async def receive(self) -> AsyncGenerator[LlmResponse, None]:
        """Yields one answer; nothing once the connection is closed."""
        turn = await self._turns.get()
        for response in turn or ():
            yield response

    async def close(self) -> None:
        """Ends the conversation after the answers that are on their way."""
        if not self._is_closed:
            self._is_closed = True
            self._turns.put_nowait(None)

    def _check_open(self) -> None:
        if self._is_closed:
            why = "the live connection to 'echo' is closed"
            raise LiveConnectionClosedError(why, code=_NORMAL_CLOSURE)

    def _answer(self, sound: list[types.Blob]) -> None:
        text = echoed(self._contents)
        answer = types.Content(role="model", parts=[types.Part(text=text)])
        self._contents.append(answer)
        turn: list[LlmResponse] = []
        if sound and self._transcribes_input:
            turn += _transcribed("input_transcription", text)
        if not self._speaks:
            turn += [_fragment(types.Part(text=word)) for word in words_of(text)]
            turn.append(LlmResponse(content=answer, partial=False))
        else:
            turn += [
                LlmResponse(content=types.Content(role="model", parts=[types.Part(inline_data=it)]))
                for it in sound
            ]
            if self._transcribes_output:
                turn += _transcribed("output_transcription", text)
        self._turns.put_nowait([*turn, LlmResponse(turn_complete=True)])


def _transcribed(side: Side, text: str) -> Iterator[LlmResponse]:
    transcript = LiveTranscript(side)
    for word in words_of(text):
        yield from transcript.add(types.Transcription(text=word))
    yield from transcript.finish()


def _fragment(part: types.Part) -> LlmResponse:
    return LlmResponse(content=types.Content(role="model", parts=[part]), partial=True)
