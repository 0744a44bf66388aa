from __future__ import annotations

import pytest
from google.genai import types

from adkconf.flows.quotation import quote
from adkconf.models import Echo, LlmRequest
from tests.models.answers import ask, asks, said, wire_json


async def test_echo_answers_with_the_latest_text_of_the_user() -> None:
    [answer] = await ask(Echo(), asks("first", "answer", "second  one"))
    assert said(answer) == "second  one"
    assert answer.partial is None


async def test_a_plain_answer_looks_like_one_of_a_model_service() -> None:
    [answer] = await ask(Echo(), asks("three little words"))
    assert wire_json(answer) == {
        "content": {"role": "model", "parts": [{"text": "three little words"}]},
        "finishReason": "STOP",
        "modelVersion": "echo",
        "usageMetadata": {
            "promptTokenCount": 3,
            "candidatesTokenCount": 3,
            "totalTokenCount": 6,
        },
    }


@pytest.mark.parametrize("text", ["one", "two words", "  odd\n\nspacing \t here  ", "   ", "é ☃"])
async def test_streamed_words_concatenate_to_the_full_text(text: str) -> None:
    *fragments, whole = await ask(Echo(), asks(text), stream=True)
    assert "".join(said(fragment) for fragment in fragments) == said(whole) == text
    assert all(fragment.partial for fragment in fragments)
    assert whole.partial is False
    assert not any(fragment.usage_metadata for fragment in fragments)


async def test_tool_results_are_answered_as_json() -> None:
    request = asks("what is the weather?")
    results = [
        types.Part.from_function_response(name="weather", response={"sky": "blau", "nr": 1}),
        types.Part.from_function_response(name="time", response={"result": "ten"}),
    ]
    request.contents.append(types.Content(role="user", parts=results))
    [answer] = await ask(Echo(), request)
    assert said(answer) == 'weather: {"sky": "blau", "nr": 1}\ntime: {"result": "ten"}'


async def test_results_of_an_earlier_turn_are_not_echoed_again() -> None:
    request = asks("hello")
    result = types.Part.from_function_response(name="f", response={})
    request.contents += [
        types.Content(role="user", parts=[result]),
        types.Content(role="model", parts=[types.Part(text="done")]),
    ]
    [answer] = await ask(Echo(), request)
    assert said(answer) == "hello"


async def test_a_file_is_answered_with_its_type() -> None:
    parts = [types.Part(text="see "), types.Part.from_bytes(data=b"x", mime_type="image/png")]
    [answer] = await ask(Echo(), LlmRequest(contents=[types.Content(role="user", parts=parts)]))
    assert said(answer) == "see [image/png]"


async def test_nothing_asked_is_answered_with_nothing() -> None:
    [answer] = await ask(Echo(), LlmRequest())
    assert said(answer) == ""


async def test_what_another_agent_said_is_not_the_users_text() -> None:
    request = asks("hello")
    quotation = quote("root", types.Content(role="model", parts=[types.Part(text="over to you")]))
    assert quotation is not None
    request.contents.append(quotation)
    [answer] = await ask(Echo(), request)
    assert said(answer) == "hello"
    [answer] = await ask(Echo(), LlmRequest(contents=[quotation]))
    assert "over to you" in said(answer)
