"""Answers in the words of OpenAI's chat completions as answers of models; whole or in pieces."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.genai import types

from adkconf.models.llm_response import LlmResponse

_REASONS = {
    "length": types.FinishReason.MAX_TOKENS,
    "stop": types.FinishReason.STOP,
    "tool_calls": types.FinishReason.STOP,
    "function_call": types.FinishReason.STOP,
    "content_filter": types.FinishReason.SAFETY,
}


@dataclass
class _Call:
    """A function call; its arguments are a JSON text that may come in pieces."""

    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)
    signature: bytes | None = None


class Answer:
    """Puts an answer together of one message, or of the deltas of a stream."""

    def __init__(self, *, thoughts: bool = True) -> None:
        self._shows_thoughts = thoughts
        self._texts: list[str] = []
        self._thoughts: list[types.Part] = []
        self._calls: dict[int, _Call] = {}
        self._reason: str | None = None
        self._model: str | None = None
        self._usage: types.GenerateContentResponseUsageMetadata | None = None

    def add(self, data: Mapping[str, Any]) -> Iterator[LlmResponse]:
        """Takes in a response or a piece of one; yields what of it can be shown at once."""
        self._model = data.get("model") or self._model
        if usage := data.get("usage"):
            self._usage = _usage(usage)
        choices = data.get("choices") or ()
        choice = next((each for each in choices if not each.get("index")), None)
        if choice is None:
            return
        self._reason = choice.get("finish_reason") or self._reason
        message = choice.get("delta") or choice.get("message") or {}
        thoughts = list(_thoughts(message))
        self._thoughts += thoughts
        if thoughts and self._shows_thoughts:
            yield self._shown(thoughts)
        if text := message.get("content"):
            self._texts.append(text)
            yield self._shown([types.Part(text=text)])
        for number, call in enumerate(message.get("tool_calls") or ()):
            self._add_call(number, call)

    def whole(self, model: str) -> LlmResponse:
        """Returns the whole answer; `model` where it does not say which one it is of."""
        calls, broken = self._called()
        text = "".join(self._texts)
        parts = [
            *self._whole_thoughts(bool(calls)),
            *([types.Part(text=text)] if text else ()),
            *calls,
        ]
        response = LlmResponse(
            content=types.Content(role="model", parts=parts),
            partial=False,
            model_version=self._model or model,
            usage_metadata=self._usage,
        )
        reason = _REASONS.get(
            self._reason or "", types.FinishReason.OTHER if self._reason else None
        )
        if broken and reason in (None, types.FinishReason.STOP, types.FinishReason.OTHER):
            reason = types.FinishReason.MALFORMED_FUNCTION_CALL
        response.finish_reason = reason
        if reason not in (None, types.FinishReason.STOP):
            response.error_code = reason.value
            response.error_message = _told(reason, broken)
        return response

    def _shown(self, parts: list[types.Part]) -> LlmResponse:
        content = types.Content(role="model", parts=parts)
        return LlmResponse(content=content, partial=True, model_version=self._model)

    def _add_call(self, number: int, data: Mapping[str, Any]) -> None:
        given = data.get("index")
        index = number if given is None else given
        function = data.get("function") or {}
        call = self._calls.setdefault(index, _Call())
        if call.arguments and data.get("id") and data.get("id") != call.id:
            # Some servers give every call the same index.
            call = self._calls.setdefault(max(self._calls) + 1, _Call())
        call.id = call.id or data.get("id") or ""
        call.name += function.get("name") or ""
        call.signature = _signature(data) or call.signature
        if arguments := function.get("arguments"):
            call.arguments.append(arguments)

    def _called(self) -> tuple[list[types.Part], list[str]]:
        """Returns the calls, and the names of those whose arguments cannot be read."""
        parts, broken = [], []
        for index, call in sorted(self._calls.items()):
            args = _arguments("".join(call.arguments))
            if args is None:
                broken.append(call.name or "?")
                continue
            call_id = call.id.partition("__thought__")[0] or str(index)
            made = types.FunctionCall(id=call_id, name=call.name, args=args)
            parts.append(types.Part(function_call=made, thought_signature=call.signature))
        return parts, broken

    def _whole_thoughts(self, has_calls: bool) -> Iterable[types.Part]:
        """Returns the thoughts, each up to its signature in one part."""
        texts: list[str] = []
        found = []
        for part in self._thoughts:
            texts.append(part.text or "")
            if part.thought_signature:
                whole = "".join(texts)
                signature = part.thought_signature
                found.append(types.Part(text=whole, thought=True, thought_signature=signature))
                texts = []
        if any(texts):
            found.append(types.Part(text="".join(texts), thought=True))
        if self._shows_thoughts:
            return found
        # A signed thought belongs to the calls that follow; without it they are refused.
        return [part for part in found if has_calls and part.thought_signature]


def _arguments(text: str) -> dict[str, Any] | None:
    try:
        args = json.loads(text or "{}")
    except ValueError:
        return None
    return args if isinstance(args, dict) else None


def _told(reason: types.FinishReason, broken: list[str]) -> str:
    if reason is types.FinishReason.MAX_TOKENS:
        told = "The answer was cut off: raise max_output_tokens"
    elif reason is types.FinishReason.MALFORMED_FUNCTION_CALL:
        told = "The model made a call that cannot be read"
    else:
        told = f"The model stopped: {reason.value}"
    names = f" (the arguments of {', '.join(broken)} are no JSON object)" if broken else ""
    return f"{told}{names}"


def _thoughts(message: Mapping[str, Any]) -> Iterator[types.Part]:
    blocks = message.get("thinking_blocks")
    if blocks is None:
        text = message.get("reasoning_content") or message.get("reasoning")
        if isinstance(text, str) and text:
            yield types.Part(text=text, thought=True)
        return
    for block in blocks:
        text, signature = block.get("thinking") or "", block.get("signature")
        if block.get("type") == "thinking" and (text or signature):
            signed = _decoded(signature) if signature else None
            yield types.Part(text=text, thought=True, thought_signature=signed)


def _signature(call: Mapping[str, Any]) -> bytes | None:
    google = (call.get("extra_content") or {}).get("google") or {}
    own = call.get("provider_specific_fields") or {}
    embedded = (call.get("id") or "").partition("__thought__")[2]
    found = google.get("thought_signature") or own.get("thought_signature") or embedded
    return _decoded(found) if found else None


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return signature.encode()


def _usage(usage: Mapping[str, Any]) -> types.GenerateContentResponseUsageMetadata:
    prompt = usage.get("prompt_tokens_details") or {}
    completion = usage.get("completion_tokens_details") or {}
    cached = prompt.get("cached_tokens") or usage.get("cache_read_input_tokens") or 0
    return types.GenerateContentResponseUsageMetadata(
        prompt_token_count=usage.get("prompt_tokens") or 0,
        candidates_token_count=usage.get("completion_tokens") or 0,
        total_token_count=usage.get("total_tokens") or 0,
        cached_content_token_count=cached,
        thoughts_token_count=completion.get("reasoning_tokens") or None,
    )
