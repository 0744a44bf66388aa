"""What LiteLLM is asked and how its answers are read; LiteLLM itself is in the test of the wire."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types
from pydantic import BaseModel

from adkconf.errors import InputValidationError, MissingExtraError, ModelError
from adkconf.models import LlmRequest
from adkconf.models.lite_llm import LiteLlm, LiteLLMClient
from adkconf.models.lite_llm_request import completion_arguments, reasoning_effort
from adkconf.models.lite_llm_response import Answer


class Town(BaseModel):
    name: str
    size: int | None = None


def request(*contents: types.Content, **config: Any) -> LlmRequest:
    return LlmRequest(
        contents=list(contents or [types.UserContent("hi")]),
        config=types.GenerateContentConfig(**config),
    )


def messages(*contents: types.Content, **config: Any) -> list[dict[str, Any]]:
    return completion_arguments(request(*contents, **config), "openai/x")["messages"]


def called(call_id: str = "1", **part: Any) -> types.Content:
    call = types.FunctionCall(id=call_id, name="add", args={"a": 1})
    return types.Content(role="model", parts=[types.Part(function_call=call, **part)])


def test_calls_and_their_results_are_told():
    answer = types.FunctionResponse(id="1", name="add", response={"sum": "ü"})
    result = types.Content(role="user", parts=[types.Part(function_response=answer)])
    asked, called_, told = messages(types.UserContent("hi"), called(), result)
    assert asked == {"role": "user", "content": "hi"}
    function = {"name": "add", "arguments": '{"a": 1}'}
    assert called_["tool_calls"] == [{"type": "function", "id": "1", "function": function}]
    assert told == {"role": "tool", "tool_call_id": "1", "content": '{"sum": "ü"}'}


def test_call_without_a_result_gets_one():
    roles = [each["role"] for each in messages(called(), types.UserContent("and?"))]
    assert roles == ["assistant", "tool", "user"]


def test_model_is_always_asked_something():
    said = types.ModelContent("hello")
    assert [each["role"] for each in messages(said)] == ["assistant", "user"]


def test_signature_of_a_call_comes_back():
    (call,) = messages(called(thought_signature=b"sig"))[0]["tool_calls"]
    data = {"choices": [{"message": {"tool_calls": [call]}, "finish_reason": "tool_calls"}]}
    answer = Answer()
    list(answer.add(data))
    (part,) = answer.whole("m").content.parts
    assert (part.thought_signature, part.function_call.args) == (b"sig", {"a": 1})


@pytest.mark.parametrize(
    ("part", "block"),
    [
        (types.Part.from_bytes(data=b"x", mime_type="image/png"), "image_url"),
        (types.Part.from_bytes(data=b"x", mime_type="audio/mpeg"), "input_audio"),
        (types.Part.from_bytes(data=b"x", mime_type="application/pdf"), "file"),
        (types.Part.from_uri(file_uri="https://x/y.png", mime_type="image/png"), "image_url"),
        (types.Part.from_uri(file_uri="gs://x/y.pdf", mime_type="application/pdf"), "file"),
    ],
)
def test_files_are_sent_as_what_they_are(part: types.Part, block: str):
    content = types.Content(role="user", parts=[types.Part(text="see"), part])
    assert [each["type"] for each in messages(content)[0]["content"]] == ["text", block]


def test_part_that_cannot_be_said_is_an_error():
    part = types.Part.from_bytes(data=b"x", mime_type="font/woff")
    with pytest.raises(InputValidationError, match="font/woff"):
        messages(types.Content(role="user", parts=[part]))


def test_options_and_schema_have_openais_names():
    options = {"max_output_tokens": 5, "stop_sequences": ["x"], "temperature": 0.5}
    made = completion_arguments(request(response_schema=Town, **options), "openai/x")
    assert (made["max_completion_tokens"], made["stop"], made["temperature"]) == (5, ["x"], 0.5)
    schema = made["response_format"]["json_schema"]["schema"]
    assert (schema["required"], schema["additionalProperties"]) == (["name", "size"], False)


@pytest.mark.parametrize(
    ("thinking", "effort"),
    [
        ({"thinking_level": "LOW"}, "low"),
        ({"thinking_budget": 0}, "none"),
        ({"thinking_budget": 2000}, "medium"),
        ({"thinking_budget": 9000}, "high"),
        ({"thinking_budget": -1}, None),
        (None, None),
    ],
)
def test_thinking_is_an_effort(thinking: Any, effort: str | None):
    assert reasoning_effort(request(thinking_config=thinking).config) == effort


def delta(finish: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"model": "m", "choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


def piece(index: int, arguments: str, **fields: Any) -> dict[str, Any]:
    name = fields.pop("name", None)
    function = {"name": name, "arguments": arguments}
    return {"index": index, "type": "function", "function": function, **fields}


def whole(*deltas: dict[str, Any], **options: Any) -> Any:
    answer = Answer(**options)
    for each in deltas:
        list(answer.add(each))
    return answer.whole("m")


def test_calls_come_in_pieces():
    response = whole(
        delta(content="Let "),
        delta(content="me."),
        delta(tool_calls=[piece(0, "", id="a", name="add"), piece(1, "", id="b", name="sub")]),
        delta(tool_calls=[piece(0, '{"a"'), piece(1, "{}")]),
        delta("tool_calls", tool_calls=[piece(0, ": 1}")]),
        {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}},
    )
    assert response.content.parts[0].text == "Let me."
    found = [(call.id, call.name, call.args) for call in response.get_function_calls()]
    assert found == [("a", "add", {"a": 1}), ("b", "sub", {})]
    assert (response.finish_reason.value, response.usage_metadata.total_token_count) == ("STOP", 7)


def test_calls_of_a_server_that_counts_badly_are_kept_apart():
    calls = [piece(0, "{}", id=each, name=each) for each in "ab"]
    assert [call.id for call in whole(delta(tool_calls=calls)).get_function_calls()] == ["a", "b"]


@pytest.mark.parametrize(
    ("arguments", "finish", "code"),
    [
        ('{"a": ', "tool_calls", "MALFORMED_FUNCTION_CALL"),
        ("[1]", "stop", "MALFORMED_FUNCTION_CALL"),
        ('{"a": ', "length", "MAX_TOKENS"),
    ],
)
def test_call_that_cannot_be_read_is_left_out_and_told(arguments: str, finish: str, code: str):
    response = whole(delta(finish, tool_calls=[piece(0, arguments, id="a", name="add")]))
    assert (response.get_function_calls(), response.error_code) == ([], code)
    assert "add" in response.error_message


@pytest.mark.parametrize("shown", [True, False])
def test_thoughts_are_joined_up_to_their_signature(shown: bool):
    blocks = [{"type": "thinking", "thinking": each} for each in ("Hm", "m")]
    signed = {"type": "thinking", "thinking": "", "signature": "c2ln"}
    deltas = [delta(thinking_blocks=[each]) for each in (*blocks, signed)]
    response = whole(*deltas, delta("stop", content="Yes"), thoughts=shown)
    thoughts = [(p.text, p.thought_signature) for p in response.content.parts if p.thought]
    assert thoughts == ([("Hmm", b"sig")] if shown else [])


@pytest.mark.parametrize(
    ("finish", "code"), [("content_filter", "SAFETY"), ("odd", "OTHER"), ("stop", None)]
)
def test_reason_to_stop_is_told(finish: str, code: str | None):
    assert whole(delta(finish, content="x")).error_code == code


class Refusing(LiteLLMClient):
    async def acompletion(self, model: str, messages: Any, tools: Any, **kwargs: Any) -> Any:
        raise RuntimeError(f"wrong key {kwargs['api_key']}")


async def test_failure_is_a_model_error_that_quotes_no_key():
    model = LiteLlm(model="openai/x", llm_client=Refusing(), api_key="sk-secret")
    with pytest.raises(ModelError, match="model 'openai/x': wrong key …") as caught:
        await anext(model.generate_content_async(request()))
    assert caught.value.__suppress_context__
    assert "sk-secret" not in repr(model)


def test_without_litellm_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("adkconf.models.lite_llm.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"adkconf\[litellm\]"):
        LiteLlm(model="openai/x")
