"""A model that says what it was written to say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from copy import deepcopy
from typing import Any, Self

from google.genai import types
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator, model_validator

from adkconf.errors import ModelError
from adkconf.models.base_llm import BaseLlm
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.models.offline_answer import offline_responses
from adkconf.models.per_session import PerSession
from adkconf.models.word_usage import WordUsage


class ScriptedCall(BaseModel):
    """A function call the model makes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    args: dict[str, Any] = Field(default_factory=dict)


class ScriptedError(BaseModel):
    """A failure of the model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    message: str
    code: str | int | None = None


class ScriptedStep(BaseModel):
    """One answer: any of `thought`, `text` and `call` or `calls` together, or an `error`.

    `delay` is the time in seconds that passes before.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str | None = None
    call: ScriptedCall | None = None
    calls: list[ScriptedCall] | None = Field(default=None, min_length=1)
    thought: str | None = None
    error: ScriptedError | None = None
    delay: float = Field(default=0, ge=0, allow_inf_nan=False)

    @field_validator("error", mode="before")
    @classmethod
    def _from_message(cls, error: Any) -> Any:
        return {"message": error} if isinstance(error, str) else error

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        said = {
            field
            for field in ("thought", "text", "call", "calls", "error")
            if getattr(self, field) is not None
        }
        if not said:
            raise ValueError("a step needs text, call, calls, thought or error")
        if "error" in said and len(said) > 1:
            raise ValueError("a step with an error has nothing else but delay")
        if {"call", "calls"} <= said:
            raise ValueError("write call for one call or calls for a list of them, not both")
        return self

    def parts(self) -> list[types.Part]:
        """Returns the parts of the answer; arguments are copies, since tools may change theirs."""
        parts: list[types.Part] = []
        if self.thought is not None:
            parts.append(types.Part(text=self.thought, thought=True))
        if self.text is not None:
            parts.append(types.Part(text=self.text))
        for call in [self.call] if self.call else self.calls or ():
            function_call = types.FunctionCall(name=call.name, args=deepcopy(call.args))
            parts.append(types.Part(function_call=function_call))
        return parts


class Scripted(BaseLlm):
    """Plays its steps in order for each session and starts over at the end; needs no network.

    The place in the script is kept in memory per session. A session not seen before, as after a
    restart, starts at the step whose number is the number of answers that the model gave there,
    modulo the number of steps; steps that were errors left no answer and do not count. Requests
    without a session share one place. Token counts are words.
    """

    model: str = "scripted"
    steps: list[ScriptedStep] = Field(min_length=1)

    _places: PerSession[int] = PrivateAttr(default_factory=PerSession)
    _usage: WordUsage = PrivateAttr(default_factory=WordUsage)

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        """Plays the session's next step.

        Raises:
            ModelError: the step is an error.
        """
        step = self._next_step(llm_request)
        if step.delay:
            await asyncio.sleep(step.delay)
        if step.error is not None:
            raise ModelError(step.error.message, code=step.error.code)
        parts = step.parts()
        usage = self._usage.of(llm_request, parts)
        for response in offline_responses(parts, model=self.model, usage=usage, stream=stream):
            yield response

    def _next_step(self, request: LlmRequest) -> ScriptedStep:
        key = request.session_key
        place = self._places.get(key)
        if place is None:
            place = request.earlier_answers() if request.earlier_answers else 0
        place %= len(self.steps)
        self._places.put(key, place + 1)
        return self.steps[place]
