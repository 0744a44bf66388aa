from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import pytest
from google.genai import Client, types

from adkconf.models import Gemini, LlmRequest
from tests.models.answers import ask, asks, said
from tests.wire.fixtures import CANARY_KEY
from tests.wire.gemini_server import Answer, GeminiServer, Json, chunk, says, text


@pytest.fixture
async def gemini(gemini_server: GeminiServer) -> AsyncIterator[Gemini]:
    gemini_server.fallback = lambda _: says("fine")
    model = Gemini()
    yield model
    await model.close()


async def sent(server: GeminiServer, model: Gemini, request: LlmRequest) -> Json:
    await ask(model, request)
    return server.requests[-1].body


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_the_request_goes_out_as_gemini_expects_it(
    gemini_server: GeminiServer, gemini: Gemini
) -> None:
    request = asks("hi", model="gemini-2.5-pro")
    request.append_instructions(["Be brief."])
    request.config.temperature = 0.5
    declaration = types.FunctionDeclaration(name="f", parameters_json_schema={"type": "object"})
    request.config.tools = [types.Tool(function_declarations=[declaration])]
    body = await sent(gemini_server, gemini, request)
    [received] = gemini_server.requests
    assert received.path.endswith("/models/gemini-2.5-pro:generateContent")
    assert received.headers["x-goog-api-key"] == CANARY_KEY
    assert body["contents"] == [{"role": "user", "parts": [{"text": "hi"}]}]
    assert body["systemInstruction"]["parts"] == [{"text": "Be brief."}]
    assert body["generationConfig"] == {"temperature": 0.5}
    assert body["tools"][0]["functionDeclarations"][0]["name"] == "f"


async def test_streams_ask_for_server_sent_events(
    gemini_server: GeminiServer, gemini: Gemini
) -> None:
    *_, whole = await ask(gemini, asks("hi"), stream=True)
    [received] = gemini_server.requests
    assert received.streams
    assert received.query == {"alt": "sse"}
    assert received.model == "gemini-2.5-flash"
    assert said(whole) == "fine"


async def test_labels_and_display_names_stay_away_from_the_gemini_api(
    gemini_server: GeminiServer, gemini: Gemini
) -> None:
    parts = [
        types.Part(
            inline_data=types.Blob(data=b"x", mime_type="image/png", display_name="secret.png")
        ),
        types.Part(file_data=types.FileData(file_uri="u", mime_type="a/b", display_name="name")),
        types.Part(text="look"),
    ]
    content = types.Content(role="user", parts=parts)
    config = types.GenerateContentConfig(labels={"adk_agent_name": "root"})
    request = LlmRequest(contents=[content], config=config)
    before = request.model_dump_json()
    body = await sent(gemini_server, gemini, request)
    assert "labels" not in body
    image, file, words = body["contents"][0]["parts"]
    assert image["inlineData"]["data"] == "eA=="
    assert "u" in file["fileData"].values()
    assert words == {"text": "look"}
    assert "display" not in str(body)
    assert request.model_dump_json() == before
    assert request.contents[0] is content


@pytest.mark.parametrize("texts", [(), ("hi", "hello")], ids=["nothing", "the model's word"])
async def test_a_request_always_ends_with_the_user(
    gemini_server: GeminiServer, gemini: Gemini, texts: tuple[str, ...]
) -> None:
    request = asks(*texts)
    body = await sent(gemini_server, gemini, request)
    assert len(body["contents"]) == len(texts) + 1
    assert body["contents"][-1]["role"] == "user"
    assert body["contents"][-1]["parts"][0]["text"]
    assert len(request.contents) == len(texts)


async def test_the_speech_config_counts_where_the_request_has_none(
    gemini_server: GeminiServer,
) -> None:
    gemini_server.fallback = lambda _: says("fine")
    model = Gemini(speech_config=types.SpeechConfig(language_code="de-DE"))
    own = asks("hi")
    own.config.speech_config = types.SpeechConfig(language_code="fr-FR")
    bodies = [await sent(gemini_server, model, request) for request in (asks("hi"), own)]
    told = [str(body["generationConfig"]["speechConfig"]) for body in bodies]
    assert "de-DE" in told[0]
    assert "fr-FR" in told[1]
    await model.close()


@pytest.mark.parametrize(
    ("fields", "environment", "version"),
    [
        ({"api_version": "v1alpha"}, {}, "v1alpha"),
        ({}, {"GOOGLE_GENAI_API_VERSION": "v1"}, "v1"),
        ({"api_version": "v1alpha"}, {"GOOGLE_GENAI_API_VERSION": "v1"}, "v1alpha"),
        (
            {"api_version": "v1", "client_kwargs": {"http_options": {"api_version": "v2"}}},
            {},
            "v2",
        ),
    ],
)
async def test_the_api_version_comes_from_the_nearest_place(
    gemini_server: GeminiServer,
    monkeypatch: pytest.MonkeyPatch,
    fields: dict[str, Any],
    environment: dict[str, str],
    version: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    gemini_server.put(says("fine"))
    model = Gemini(**fields)
    await ask(model, asks("hi"))
    assert gemini_server.requests[0].path.startswith(f"/{version}/models/")
    await model.close()


@pytest.mark.parametrize(
    ("base_url", "expected", "version"),
    [
        ("https://a.googleapis.com/v1beta", "https://a.googleapis.com/", "v1beta"),
        ("https://a.googleapis.com/v1/", "https://a.googleapis.com/", "v1"),
        ("https://a.googleapis.com", "https://a.googleapis.com", "v9"),
        ("https://proxy.example/v1", "https://proxy.example/v1", "v9"),
        ("https://googleapis.com.evil.example/v1", "https://googleapis.com.evil.example/v1", "v9"),
    ],
)
async def test_only_a_google_address_may_carry_the_version(
    gemini_server: GeminiServer, base_url: str, expected: str, version: str
) -> None:
    model = Gemini(base_url=base_url, api_version="v9")
    options = model.api_client._api_client._http_options
    assert (options.base_url, options.api_version) == (expected, version)
    await model.close()


async def test_a_resource_name_means_vertex_ai_which_keeps_labels(
    gemini_server: GeminiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", gemini_server.url)
    gemini_server.put(says("fine"))
    name = "projects/p/locations/l/publishers/google/models/gemini-2.5-pro"
    model = Gemini(model=name, client_kwargs={"api_key": "k"})
    request = asks("hi", config=types.GenerateContentConfig(labels={"a": "b"}))
    body = await sent(gemini_server, model, request)
    assert gemini_server.requests[0].path.endswith(f"/{name}:generateContent")
    assert body["labels"] == {"a": "b"}
    await model.close()


async def test_one_client_serves_all_calls_of_a_loop(
    gemini_server: GeminiServer, gemini: Gemini
) -> None:
    first = gemini.api_client
    await asyncio.gather(*(ask(gemini, asks("hi"), stream=True) for _ in range(20)))
    assert gemini.api_client is first
    assert len(gemini_server.requests) == 20


def test_every_loop_gets_its_own_client(gemini_server: GeminiServer) -> None:
    gemini_server.fallback = lambda _: says("fine")
    model, clients = Gemini(), []

    async def one_run() -> None:
        clients.append(model.api_client)
        await ask(model, asks("hi"))
        await model.close()

    for _ in range(3):
        asyncio.run(one_run())
    assert len(set(map(id, clients))) == 3


async def test_a_closed_model_opens_again(gemini_server: GeminiServer, gemini: Gemini) -> None:
    await ask(gemini, asks("hi"))
    await gemini.close()
    await gemini.close()
    [answer] = await ask(gemini, asks("hi"))
    assert said(answer) == "fine"


async def test_a_stream_that_nobody_reads_on_is_cut_at_once(
    gemini_server: GeminiServer, gemini: Gemini
) -> None:
    gemini_server.put(Answer([chunk(text(str(n))) for n in range(500)], pause=0.01))
    async with aclosing(gemini.generate_content_async(asks("hi"), stream=True)) as responses:
        assert said(await anext(responses)) == "0"
        assert gemini_server.open_streams == 1
    await until(lambda: gemini_server.open_streams == 0)
    [answer] = await ask(gemini, asks("again"))
    assert said(answer) == "fine"


@pytest.mark.parametrize("stream", [False, True])
async def test_a_cancelled_call_leaves_nothing_open(
    gemini_server: GeminiServer, gemini: Gemini, stream: bool
) -> None:
    gemini_server.put(Answer([chunk(text("late"))], delay=0.3))
    task = asyncio.create_task(ask(gemini, asks("hi"), stream=stream))
    await until(lambda: bool(gemini_server.requests))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    [answer] = await ask(gemini, asks("again"))
    assert said(answer) == "fine"


async def test_a_given_client_is_used_and_left_open(gemini_server: GeminiServer) -> None:
    gemini_server.fallback = lambda _: says("fine")
    client = Client(api_key="own", http_options={"base_url": gemini_server.url})
    model = Gemini(client=client)
    assert model.api_client is client
    await ask(model, asks("hi"))
    await model.close()
    await ask(model, asks("hi"))
    assert {received.headers["x-goog-api-key"] for received in gemini_server.requests} == {"own"}
    await client.aio.aclose()
    client.close()


@pytest.mark.parametrize("deep", [False, True])
async def test_a_copy_makes_its_own_client_of_its_own_settings(gemini: Gemini, deep: bool) -> None:
    original = gemini.api_client
    copy = gemini.model_copy(update={"api_version": "v7"}, deep=deep)
    assert copy.api_client is not original
    assert copy.api_client._api_client._http_options.api_version == "v7"
    await copy.close()


async def test_a_refused_answer_is_an_answer_with_its_reason(
    gemini_server: GeminiServer, gemini: Gemini
) -> None:
    blocked = {"blockReason": "PROHIBITED_CONTENT", "blockReasonMessage": "not that"}
    gemini_server.put(Answer([{"promptFeedback": blocked}]))
    [answer] = await ask(gemini, asks("hi"))
    assert (answer.error_code, answer.content) == ("PROHIBITED_CONTENT", None)


def test_a_model_shows_no_secret() -> None:
    model = Gemini(client_kwargs={"api_key": "very-secret"})
    assert "very-secret" not in repr(model) + str(model.model_dump()) + model.model_dump_json()
