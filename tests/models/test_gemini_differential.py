"""The same wire traffic through google-adk's Gemini and through this one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from google.genai import types

from adkconf.models import Gemini, LlmRequest
from tests.models.answers import ask, wire_json
from tests.wire.gemini_server import (
    Answer,
    GeminiServer,
    Json,
    call,
    calls,
    chunk,
    says,
    text,
    thought,
)

adk = pytest.importorskip("google.adk.models.google_llm")
adk_request = pytest.importorskip("google.adk.models.llm_request")

pytestmark = pytest.mark.asyncio(loop_scope="module")
Models = tuple[tuple[Any, Any], ...]

USAGE = {"finish": "STOP", "usage": (7, 5)}
IMAGE: Json = {"inlineData": {"mimeType": "image/png", "data": "aGVsbG8="}}


def piece(name: str | None = None, more: bool | None = None, **arguments: Any) -> Json:
    """A piece of a function call: values by their JSON path."""
    kinds = {str: "stringValue", bool: "boolValue", int: "numberValue", float: "numberValue"}
    args = [
        {"jsonPath": path, kinds.get(type(value), "nullValue"): value or _falsy(value)}
        for path, value in arguments.items()
    ]
    function_call: Json = {"partialArgs": args} if args else {}
    if name:
        function_call["name"] = name
    if more is not None:
        function_call["willContinue"] = more
    return {"functionCall": function_call}


def _falsy(value: Any) -> Any:
    return "NULL_VALUE" if value is None else value


GROUNDING = {"groundingMetadata": {"webSearchQueries": ["weather"]}}
CITATIONS = {"citationMetadata": {"citations": [{"startIndex": 1, "endIndex": 2, "uri": "u"}]}}

ANSWERS = {
    "one chunk": says("Hello"),
    "several chunks": says("Hel", "lo ", "you"),
    "thoughts, then text": Answer(
        [
            chunk(thought("hm")),
            chunk(thought(" so")),
            chunk(text("It ")),
            chunk(text("is"), **USAGE),
        ]
    ),
    "thoughts between texts": Answer(
        [chunk(text("a"), thought("b"), text("c")), chunk(text("d"), **USAGE)]
    ),
    "a call": calls("f", {"x": 1}),
    "a call with the model's id": calls("f", {"x": 1}, id="call-1"),
    "a call without arguments": calls("f"),
    "text, then a call": Answer([chunk(text("let me")), chunk(call("f", {"x": [1]}), **USAGE)]),
    "calls in one chunk": Answer([chunk(call("f"), call("f"), call("g"), **USAGE)]),
    "calls in several chunks": Answer([chunk(call("f")), chunk(call("g")), chunk(**USAGE)]),
    "calls only in the last chunk": Answer([chunk(text("ok")), chunk(call("f"), **USAGE)]),
    "a call sent twice": Answer([chunk(call("f", id="1")), chunk(call("f", id="1"), **USAGE)]),
    "signatures": Answer(
        [
            chunk(thought("hm", thoughtSignature="AAAA")),
            chunk(text("a")),
            chunk(text("b", thoughtSignature="BBBB")),
            chunk({**call("f"), "thoughtSignature": "CCCC"}, **USAGE),
        ]
    ),
    "a signature alone": Answer(
        [chunk(text("a")), chunk(text("", thoughtSignature="AA"), **USAGE)]
    ),
    "an image between texts": Answer([chunk(text("a")), chunk(IMAGE), chunk(text("b"), **USAGE)]),
    "code and its result": Answer(
        [
            chunk({"executableCode": {"code": "1+1", "language": "PYTHON"}}),
            chunk({"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "2"}}, **USAGE),
        ]
    ),
    "too many tokens": Answer([chunk(text("too")), chunk(finish="MAX_TOKENS", usage=(7, 5))]),
    "cut text": Answer([chunk(text("too lo"), finish="MAX_TOKENS", usage=(7, 5))]),
    "a safety stop": Answer([chunk(finish="SAFETY", finishMessage="not that")]),
    "a safety stop after text": Answer(
        [chunk(text("well")), chunk(finish="SAFETY", finishMessage="not that")]
    ),
    "a malformed call": Answer([chunk(finish="MALFORMED_FUNCTION_CALL")]),
    "a blocked prompt": Answer(
        [{"promptFeedback": {"blockReason": "SAFETY", "blockReasonMessage": "no"}}]
    ),
    "a stop that says nothing": Answer([chunk(finish="STOP", usage=(7, 0))]),
    "usage early only": Answer([chunk(text("a"), usage=(7, 1)), chunk(text("b"), finish="STOP")]),
    "grounding and citations": Answer(
        [chunk(text("a"), **GROUNDING), chunk(text("b"), **CITATIONS), chunk(**USAGE)]
    ),
    "no finish reason": Answer([chunk(text("a")), chunk(text("b"))]),
    "a call in pieces": Answer(
        [
            chunk(piece("f", True)),
            chunk(piece(None, True, **{"$.city": "Ber"})),
            chunk(piece(None, True, **{"$.city": "lin", "$.days": 3, "$.now": True})),
            chunk(piece(None, True, **{"$.list[1]": "b", "$.none": None, "$['a b'].c": "d"})),
            chunk(piece(), **USAGE),
        ]
    ),
    "calls in pieces, one after the other": Answer(
        [
            chunk(piece("f", True, **{"$.x": "1"})),
            chunk(piece("g", True, **{"$.y": "2"})),
            chunk(text("and"), piece(None, False)),
            chunk(call("h", {"z": 3}), **USAGE),
        ]
    ),
}


def with_ids_by_order(responses: list[Json]) -> list[Json]:
    """Replaces ids that were made up: what matters is which are equal."""
    made_up: dict[str, str] = {}
    for response in responses:
        for part in response.get("content", {}).get("parts", []):
            if (call_id := part.get("functionCall", {}).get("id", "")).startswith("adk-"):
                part["functionCall"]["id"] = made_up.setdefault(call_id, f"made-up-{len(made_up)}")
    return responses


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def models() -> AsyncIterator[Models]:
    """Both models; one pair of clients serves all tests."""
    ours, theirs = Gemini(), adk.Gemini()
    yield (ours, LlmRequest), (theirs, adk_request.LlmRequest)
    await ours.close()
    await theirs.api_client.aio.aclose()


async def both(
    server: GeminiServer, models: Models, answer: Answer, *, stream: bool
) -> list[list[Json]]:
    results = []
    for model, request_type in models:
        server.put(answer)
        request = request_type(model="gemini-2.5-flash", contents=[types.UserContent("hi")])
        responses = [wire_json(response) for response in await ask(model, request, stream=stream)]
        results.append(with_ids_by_order(responses))
    return results


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
async def test_streams_are_answered_like_google_adk_does(
    gemini_server: GeminiServer, models: Models, answer: Answer
) -> None:
    ours, theirs = await both(gemini_server, models, answer, stream=True)
    assert ours == theirs


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
async def test_whole_answers_are_like_those_of_google_adk(
    gemini_server: GeminiServer, models: Models, answer: Answer
) -> None:
    ours, theirs = await both(gemini_server, models, answer, stream=False)
    assert ours == theirs


@pytest.mark.parametrize(
    "answer",
    [
        Answer([chunk(text("a")), chunk(text("")), chunk(text("b"), **USAGE)]),
        Answer([chunk(text("a")), chunk(text("b"), finish="STOP"), chunk(usage=(7, 5))]),
    ],
    ids=["an empty text", "usage alone"],
)
async def test_chunks_that_say_nothing_leave_no_trace_here_only(
    gemini_server: GeminiServer, models: Models, answer: Answer
) -> None:
    ours, theirs = await both(gemini_server, models, answer, stream=True)
    assert ours[-1] == {
        "content": {"role": "model", "parts": [{"text": "ab"}]},
        "finishReason": "STOP",
        "modelVersion": "gemini-wire-001",
        "partial": False,
        "usageMetadata": {
            "promptTokenCount": 7,
            "candidatesTokenCount": 5,
            "totalTokenCount": 12,
        },
    }
    assert ours != theirs
