"""The transcription of one side of a live conversation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from google.genai import types

from adkconf.models.llm_response import LlmResponse

Side = Literal["input_transcription", "output_transcription"]


class LiveTranscript:
    """Puts pieces together: each is told as it comes, and all of them when they are complete.

    `whole` says that the service sends nothing but complete ones.
    """

    def __init__(self, side: Side, *, whole: bool = False) -> None:
        self._side = side
        self._whole = whole
        self._text = ""

    def add(self, piece: types.Transcription | None) -> Iterator[LlmResponse]:
        """Yields the piece, and the whole if this was its end."""
        if piece is None:
            return
        self._text += piece.text or ""
        if self._whole:
            yield from self.finish()
            return
        if piece.text:
            yield self._response(piece.text, finished=False)
        if piece.finished:
            yield self._response(self._text, finished=True)
            self._text = ""

    def finish(self) -> Iterator[LlmResponse]:
        """Yields the whole, if there is anything: services do not always tell where it ends."""
        if self._text:
            yield self._response(self._text, finished=True)
            self._text = ""

    def _response(self, text: str, *, finished: bool) -> LlmResponse:
        transcription = types.Transcription(text=text, finished=finished)
        return LlmResponse(partial=not finished, **{self._side: transcription})
