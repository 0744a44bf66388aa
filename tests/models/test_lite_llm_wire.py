"""LiteLLM itself against a server that speaks OpenAI's words, beside google-adk's LiteLlm.

LiteLLM takes seconds of CPU time to import.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from google.adk.models.lite_llm import LiteLlm as AdkLiteLlm
from google.adk.models.llm_request import LlmRequest as AdkLlmRequest
from google.genai import types
from pydantic import BaseModel

from adkconf.errors import ModelError
from adkconf.models import LlmRequest
from adkconf.models.lite_llm import LiteLlm

pytestmark = [
    pytest.mark.long,
    # LiteLLM's own: its HTTP clients and its logging.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
USAGE = {
    "prompt_tokens": 9,
    "completion_tokens": 4,
    "total_tokens": 13,
    "prompt_tokens_details": {"cached_tokens": 2},
    "completion_tokens_details": {"reasoning_tokens": 1},
}
CALL = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
ANSWERS = {
    "text": ({"content": "Hello there"}, "stop"),
    "call": ({"content": None, "tool_calls": [CALL]}, "tool_calls"),
    "both": ({"content": "I add", "tool_calls": [CALL, {**CALL, "id": "c2"}]}, "tool_calls"),
    "thought": ({"content": "Yes", "reasoning_content": "Hm, well"}, "stop"),
    "cut": ({"content": "Hel"}, "length"),
}


class Town(BaseModel):
    name: str


class Provider:
    """Answers as it is told, and notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answer: tuple[dict[str, Any], str] = ANSWERS["text"]
        self.status = 200

    def pieces(self) -> Iterator[dict[str, Any]]:
        message, finish = self.answer
        for word in (message.get("reasoning_content") or "").split(" "):
            if word:
                yield {"delta": {"role": "assistant", "reasoning_content": word}}
        for letter in message.get("content") or "":
            yield {"delta": {"role": "assistant", "content": letter}}
        for index, call in enumerate(message.get("tool_calls", ())):
            function = call["function"]
            opened = {**call, "index": index, "function": {**function, "arguments": ""}}
            yield {"delta": {"tool_calls": [opened]}}
            for part in (function["arguments"][:3], function["arguments"][3:]):
                yield {"delta": {"tool_calls": [{"index": index, "function": {"arguments": part}}]}}
        yield {"delta": {}, "finish_reason": finish}

    def respond(self, body: dict[str, Any]) -> tuple[str, bytes]:
        self.asked.append(body)
        common = {"id": "1", "created": 1, "model": "town-1"}
        if self.status != 200:
            return "application/json", b'{"error": {"message": "no such key"}}'
        if not body.get("stream"):
            message, finish = self.answer
            choice = {"index": 0, "message": {"role": "assistant", **message}}
            data = {"choices": [{**choice, "finish_reason": finish}], "usage": USAGE}
            return "application/json", json.dumps(
                {"object": "chat.completion", **common, **data}
            ).encode()
        kind = {"object": "chat.completion.chunk", **common}
        chunks = [
            {**kind, "choices": [{"index": 0, "finish_reason": None, **piece}]}
            for piece in self.pieces()
        ]
        chunks.append({**kind, "choices": [], "usage": USAGE})
        lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
        return "text/event-stream", "".join([*lines, "data: [DONE]\n\n"]).encode()


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Provider, str]]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            kind, body = provider.respond(json.loads(self.rfile.read(length)))
            self.send_response(provider.status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield provider, f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def provider(served: tuple[Provider, str]) -> Provider:
    served[0].asked.clear()
    served[0].status = 200
    return served[0]


@pytest.fixture
def options(served: tuple[Provider, str]) -> dict[str, Any]:
    return {"model": "openai/gpt-4o", "api_base": served[1], "api_key": "sk-test-secret"}


async def answers(model: Any, request: Any, *, stream: bool) -> list[dict[str, Any]]:
    found = [each async for each in model.generate_content_async(request, stream=stream)]
    return [each.model_dump(exclude_none=True, mode="json") for each in found]


def conversation() -> dict[str, Any]:
    call = types.FunctionCall(id="c0", name="add", args={"a": 1})
    answer = types.FunctionResponse(id="c0", name="add", response={"sum": 2})
    declared = types.FunctionDeclaration(
        name="add",
        description="Adds.",
        parameters=types.Schema(
            type="OBJECT", properties={"a": types.Schema(type="INTEGER")}, required=["a"]
        ),
    )
    by_json = types.FunctionDeclaration(
        name="sub",
        description="Subtracts.",
        parameters_json_schema={"type": "object", "properties": {"b": {"type": "string"}}},
    )
    image = types.Part.from_bytes(data=b"png", mime_type="image/png")
    return {
        "contents": [
            types.Content(role="user", parts=[types.Part(text="What is it?"), image]),
            types.Content(role="model", parts=[types.Part(function_call=call)]),
            types.Content(role="user", parts=[types.Part(function_response=answer)]),
        ],
        "config": types.GenerateContentConfig(
            system_instruction="Be brief.",
            tools=[types.Tool(function_declarations=[declared, by_json])],
            tool_config=types.ToolConfig(
                function_calling_config=types.FunctionCallingConfig(mode="ANY")
            ),
            max_output_tokens=50,
            temperature=0.5,
            stop_sequences=["END"],
            response_schema=Town,
        ),
    }


async def test_requests_are_google_adks(provider: Provider, options: dict[str, Any]):
    await answers(LiteLlm(**options), LlmRequest(**conversation()), stream=False)
    await answers(AdkLiteLlm(**options), AdkLlmRequest(**conversation()), stream=False)
    ours, theirs = provider.asked
    assert ours == theirs


@pytest.mark.parametrize("name", ANSWERS)
async def test_whole_answers_are_google_adks(
    provider: Provider, options: dict[str, Any], name: str
):
    provider.answer = ANSWERS[name]
    ours = await answers(LiteLlm(**options), LlmRequest(**conversation()), stream=False)
    theirs = await answers(AdkLiteLlm(**options), AdkLlmRequest(**conversation()), stream=False)
    assert without_words(ours) == without_words(theirs)


@pytest.mark.parametrize("name", ANSWERS)
async def test_streamed_answers_are_google_adks(
    provider: Provider, options: dict[str, Any], name: str
):
    """google-adk shows calls while they come; here they come whole, at the end."""
    provider.answer = ANSWERS[name]
    ours = await answers(LiteLlm(**options), LlmRequest(**conversation()), stream=True)
    theirs = await answers(AdkLiteLlm(**options), AdkLlmRequest(**conversation()), stream=True)
    theirs = [each for each in theirs if not each["partial"] or not shows_call(each)]
    assert without_words(ours) == without_words(theirs)
    assert len(ours) > 1 or name == "call"


def shows_call(response: dict[str, Any]) -> bool:
    return any("function_call" in part for part in response["content"]["parts"])


def without_words(responses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leaves out how errors are worded."""
    return [
        {key: value for key, value in each.items() if key != "error_message"} for each in responses
    ]


async def test_refusal_is_told_without_the_key(provider: Provider, options: dict[str, Any]):
    provider.status = 401
    with pytest.raises(ModelError, match="no such key") as caught:
        await answers(LiteLlm(**options), LlmRequest(**conversation()), stream=False)
    assert caught.value.code == 401
    assert "sk-test-secret" not in str(caught.value)
