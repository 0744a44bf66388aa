"""The parts of a streamed answer, put together."""

from __future__ import annotations

from uuid import uuid4

from google.genai import types

from adkconf.models.streamed_call import StreamedCall

_MADE_UP_ID = "adk-"


class StreamedParts:
    """Joins texts that follow one another, thoughts apart from answers, and pieces of calls.

    Calls and files stay whole and in their place. A call without an id gets one as soon as it is
    seen, so that a fragment and the complete answer name it alike.
    """

    def __init__(self) -> None:
        self._parts: list[types.Part] = []
        self._texts: list[str] = []
        self._text_is_thought = False
        self._text_signature: bytes | None = None
        self._call: StreamedCall | None = None
        self._place_of_call = 0

    def add(self, part: types.Part) -> None:
        """Takes in the next part.

        Raises:
            ValueError: a piece of a call's arguments does not fit.
        """
        if part.text:
            self._add_text(part, part.text)
        elif part.function_call:
            self._add_call(part, part.function_call)
        elif part.model_dump(exclude={"text", "thought"}, exclude_none=True):
            self._end_text()
            self._parts.append(part)

    def complete(self) -> list[types.Part]:
        """Returns the whole parts; a call the model sent twice, by its id, counts once."""
        self._end_text()
        self._end_call()
        seen: set[str] = set()
        parts: list[types.Part] = []
        for part in self._parts:
            call_id = part.function_call.id if part.function_call else None
            if call_id in seen:
                continue
            if call_id:
                seen.add(call_id)
            parts.append(part)
        return parts

    def _add_text(self, part: types.Part, text: str) -> None:
        if self._text_is_thought != bool(part.thought):
            self._end_text()
        self._text_is_thought = bool(part.thought)
        self._texts.append(text)
        self._text_signature = self._text_signature or part.thought_signature

    def _end_text(self) -> None:
        if self._texts:
            self._parts.append(
                types.Part(
                    text="".join(self._texts),
                    thought=self._text_is_thought or None,
                    thought_signature=self._text_signature,
                )
            )
        self._texts, self._text_signature = [], None

    def _add_call(self, part: types.Part, call: types.FunctionCall) -> None:
        if not self._is_piece(call):
            self._end_text()
            self._end_call()
            if call.name:
                call.id = call.id or _new_id()
                self._parts.append(part)
            return
        if self._call and self._call.name and call.name not in (None, self._call.name):
            self._end_call()
        if self._call is None:
            self._end_text()
            self._call, self._place_of_call = StreamedCall(call.id or _new_id()), len(self._parts)
        call.id = call.id or self._call.id
        self._call.add(part, call)
        if not call.will_continue:
            self._end_text()
            self._end_call()

    def _is_piece(self, call: types.FunctionCall) -> bool:
        """Tells a piece of a call from a whole one; the last piece may say nothing at all."""
        if call.partial_args or call.will_continue is not None:
            return True
        return self._call is not None and not call.args

    def _end_call(self) -> None:
        if self._call is not None and self._call.name:
            self._parts.insert(self._place_of_call, self._call.part())
        self._call = None


def _new_id() -> str:
    return f"{_MADE_UP_ID}{uuid4()}"
