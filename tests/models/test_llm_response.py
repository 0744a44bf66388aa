from __future__ import annotations

from typing import Any

import pytest
from google.genai import types
from pydantic import ValidationError

from adkconf.models import BaseLlm, LlmRequest, LlmResponse
from adkconf.models.cache_metadata import CacheMetadata
from tests.models.answers import wire_json


def reduced(**fields: Any) -> dict[str, Any]:
    return wire_json(LlmResponse.create(types.GenerateContentResponse.model_validate(fields)))


def candidate(*parts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    content = {"content": {"role": "model", "parts": list(parts)}} if parts else {}
    return {"candidates": [{**content, **fields}]}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            candidate({"text": "hi"}, finishReason="STOP"),
            {"content": {"role": "model", "parts": [{"text": "hi"}]}, "finishReason": "STOP"},
        ),
        (
            candidate({"text": "hi"}, finishReason="MAX_TOKENS"),
            {"content": {"role": "model", "parts": [{"text": "hi"}]}, "finishReason": "MAX_TOKENS"},
        ),
        (candidate(finishReason="STOP"), {"finishReason": "STOP"}),
        (
            candidate(finishReason="SAFETY", finishMessage="no"),
            {"finishReason": "SAFETY", "errorCode": "SAFETY", "errorMessage": "no"},
        ),
        (
            {"promptFeedback": {"blockReason": "OTHER", "blockReasonMessage": "no"}},
            {"errorCode": "OTHER", "errorMessage": "no"},
        ),
    ],
    ids=["text", "cut text", "nothing said", "stopped for a reason", "blocked prompt"],
)
def test_a_response_is_reduced_to_its_first_candidate(
    fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert reduced(**fields) == expected


def test_a_response_without_anything_says_so() -> None:
    assert reduced()["errorCode"] == "UNKNOWN_ERROR"


def test_calls_and_their_answers_are_found_in_order() -> None:
    parts = [
        types.Part(text="a"),
        types.Part.from_function_call(name="f", args={}),
        types.Part.from_function_response(name="f", response={}),
        types.Part.from_function_call(name="g", args={}),
    ]
    response = LlmResponse(content=types.Content(role="model", parts=parts))
    assert [call.name for call in response.get_function_calls()] == ["f", "g"]
    assert [answer.name for answer in response.get_function_responses()] == ["f"]
    assert LlmResponse().get_function_calls() == []


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        LlmResponse.model_validate({"colour": "red"})


def test_a_cache_is_described_wholly_or_only_by_its_fingerprint() -> None:
    assert CacheMetadata(fingerprint="f", contents_count=1).cache_name is None
    with pytest.raises(ValidationError, match="set together"):
        CacheMetadata(fingerprint="f", contents_count=1, cache_name="c")


async def test_a_model_has_no_live_mode_and_nothing_to_close_by_default() -> None:
    class Silent(BaseLlm):
        async def generate_content_async(
            self, llm_request: LlmRequest, stream: bool = False
        ) -> Any:
            yield LlmResponse()

    model = Silent(model="silent")
    await model.close()
    with pytest.raises(NotImplementedError, match="not supported for silent"):
        model.connect(LlmRequest())
