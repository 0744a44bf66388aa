from __future__ import annotations

import socket
import traceback
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from adkconf.errors import ModelError
from adkconf.models import Gemini
from tests.models.answers import ask, asks, said
from tests.wire.fixtures import CANARY_KEY
from tests.wire.gemini_server import Answer, GeminiServer, chunk, refuses, says, text

NO_RETRY = {"attempts": 1}


@pytest.fixture(params=["httpx", "default"])
async def gemini(gemini_server: GeminiServer, request: Any) -> AsyncIterator[Gemini]:
    """The model over httpx, and over what the SDK chooses: aiohttp where it is installed."""
    options = {}
    if request.param == "httpx":
        options["async_client_args"] = {"transport": httpx.AsyncHTTPTransport()}
    model = Gemini(client_kwargs={"http_options": options}, retry_options=NO_RETRY)
    yield model
    await model.close()


async def failure(model: Gemini, *, stream: bool) -> ModelError:
    with pytest.raises(ModelError) as caught:
        await ask(model, asks("hi"), stream=stream)
    shown = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    assert CANARY_KEY not in shown
    assert CANARY_KEY[:12] not in str(caught.value)
    assert "'gemini-2.5-flash'" in str(caught.value)
    return caught.value


both_ways = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


@both_ways
@pytest.mark.parametrize(
    ("status", "name", "hint"),
    [
        (400, "INVALID_ARGUMENT", "Check the request"),
        (401, "UNAUTHENTICATED", "Set GOOGLE_API_KEY"),
        (403, "PERMISSION_DENIED", "Set GOOGLE_API_KEY"),
        pytest.param(404, "NOT_FOUND", "check its name", marks=pytest.mark.long),
        pytest.param(413, "INVALID_ARGUMENT", "send less", marks=pytest.mark.long),
        (429, "RESOURCE_EXHAUSTED", "The quota is used up"),
        pytest.param(500, "INTERNAL", "Try again later", marks=pytest.mark.long),
        (503, "UNAVAILABLE", "retry_options"),
        pytest.param(504, "DEADLINE_EXCEEDED", "Try again later", marks=pytest.mark.long),
    ],
)
async def test_an_error_status_is_told_with_what_to_do(
    gemini_server: GeminiServer, gemini: Gemini, status: int, name: str, hint: str, stream: bool
) -> None:
    gemini_server.put(refuses(status, name, "for a reason."))
    error = await failure(gemini, stream=stream)
    assert error.code == name
    assert f"answered {status} {name}: for a reason. " in str(error)
    assert hint in str(error)


async def test_the_model_of_the_request_is_named(
    gemini_server: GeminiServer, gemini: Gemini
) -> None:
    gemini_server.put(refuses(404, "NOT_FOUND", "no such model"))
    with pytest.raises(ModelError, match="^model 'gemini-none': the service answered 404"):
        await ask(gemini, asks("hi", model="gemini-none"))


@both_ways
async def test_an_invalid_key_is_told_as_such_although_the_status_is_400(
    gemini_server: GeminiServer, gemini: Gemini, stream: bool
) -> None:
    gemini_server.put(refuses(400, "INVALID_ARGUMENT", "API key not valid."))
    assert "Set GOOGLE_API_KEY (or GEMINI_API_KEY)" in str(await failure(gemini, stream=stream))


@both_ways
@pytest.mark.parametrize("padding", [0, 590])
async def test_a_key_that_the_service_quotes_is_not_shown(
    gemini_server: GeminiServer, gemini: Gemini, padding: int, stream: bool
) -> None:
    gemini_server.put(refuses(403, "PERMISSION_DENIED", "x" * padding + f" key {CANARY_KEY} bad"))
    assert "[key]" in str(await failure(gemini, stream=stream))


@both_ways
async def test_a_page_of_a_proxy_is_told_in_short(
    gemini_server: GeminiServer, gemini: Gemini, stream: bool
) -> None:
    gemini_server.put(Answer(status=502, raw=b"<html>\n" + b"long " * 1000))
    error = await failure(gemini, stream=stream)
    assert error.code == "502"
    assert "answered 502 Bad Gateway: <html> long" in str(error)
    assert len(str(error)) < 1000


@both_ways
@pytest.mark.parametrize("raw", [b"<html>", b'{"candidates": 3}', b'{"candidates": [', b"\xff"])
async def test_a_body_that_makes_no_sense_is_an_error(
    gemini_server: GeminiServer, gemini: Gemini, raw: bytes, stream: bool
) -> None:
    gemini_server.put(Answer(raw=raw))
    error = await failure(gemini, stream=stream)
    assert error.code == "MALFORMED_RESPONSE"
    assert "Check base_url and api_version" in str(error)


@both_ways
@pytest.mark.parametrize("raw", [b"", b"{}", b"[]"])
async def test_an_answer_that_is_empty_says_so(
    gemini_server: GeminiServer, gemini: Gemini, raw: bytes, stream: bool
) -> None:
    gemini_server.put(Answer(raw=raw))
    [answer] = await ask(gemini, asks("hi"), stream=stream)
    assert answer.error_code == "UNKNOWN_ERROR"
    assert answer.error_message


@both_ways
async def test_a_connection_cut_in_the_middle_is_an_error(
    gemini_server: GeminiServer, gemini: Gemini, stream: bool
) -> None:
    gemini_server.put(Answer([chunk(text("half"))], breaks=True))
    error = await failure(gemini, stream=stream)
    assert error.code == "UNAVAILABLE"
    assert "the connection failed or broke" in str(error)


async def test_what_came_before_the_cut_was_shown(
    gemini_server: GeminiServer, gemini: Gemini
) -> None:
    gemini_server.put(Answer([chunk(text("half"))], breaks=True))
    shown = []
    with pytest.raises(ModelError):
        async for response in gemini.generate_content_async(asks("hi"), stream=True):
            shown.append(said(response))
    assert shown == ["half"]


async def test_an_error_in_the_middle_of_a_stream_is_an_error(
    gemini_server: GeminiServer, gemini: Gemini
) -> None:
    late = refuses(503, "UNAVAILABLE", "overloaded").chunks[0]
    gemini_server.put(Answer([chunk(text("half")), late]))
    error = await failure(gemini, stream=True)
    assert error.code == "UNAVAILABLE"
    assert "answered 503 UNAVAILABLE: overloaded" in str(error)


@both_ways
async def test_a_closed_port_is_an_error(gemini: Gemini, stream: bool) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        gemini.base_url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        error = await failure(gemini, stream=stream)
    assert error.code == "UNAVAILABLE"
    assert "Check the network, the proxy and base_url" in str(error)


@both_ways
async def test_no_answer_in_time_is_an_error(
    gemini_server: GeminiServer, gemini: Gemini, stream: bool
) -> None:
    gemini_server.put(Answer([chunk(text("late"))], delay=0.5))
    gemini.client_kwargs["http_options"]["timeout"] = 100  # type: ignore[index]
    error = await failure(gemini, stream=stream)
    assert error.code == "DEADLINE_EXCEEDED"
    assert "Set a longer timeout" in str(error)


@both_ways
async def test_a_missing_key_is_told_with_the_variables_to_set(
    gemini_server: GeminiServer, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    monkeypatch.delenv("GOOGLE_API_KEY")
    error = await failure(Gemini(), stream=stream)
    assert error.code == "UNAUTHENTICATED"
    assert str(error).startswith(
        "model 'gemini-2.5-flash': no credentials. Set GOOGLE_API_KEY (or GEMINI_API_KEY)"
    )
    assert not gemini_server.requests


async def test_a_key_given_in_code_is_not_shown_either(gemini_server: GeminiServer) -> None:
    model = Gemini(client_kwargs={"api_key": "another-canary"})
    gemini_server.put(refuses(403, "PERMISSION_DENIED", "key another-canary is bad"))
    error = await failure(model, stream=False)
    assert "key [key] is bad" in str(error)
    assert "another-canary" not in repr(model)
    await model.close()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"client_kwargs": {"colour": "red"}}, "colour"),
        ({"client_kwargs": {"project": "p"}}, "project"),
        ({"client_kwargs": {"http_options": {"timeout": "soon"}}}, "timeout"),
    ],
)
async def test_wrong_client_arguments_are_a_model_error(
    gemini_server: GeminiServer, fields: dict[str, Any], told: str
) -> None:
    error = await failure(Gemini(**fields), stream=False)
    assert error.code == "INVALID_ARGUMENT"
    assert told in str(error)


async def test_retry_options_make_the_sdk_try_again(gemini_server: GeminiServer) -> None:
    gemini_server.put(refuses(503, "UNAVAILABLE", "busy"), says("at last"))
    model = Gemini(retry_options={"attempts": 2, "initial_delay": 0.01, "jitter": 0})
    [answer] = await ask(model, asks("hi"))
    assert said(answer) == "at last"
    assert len(gemini_server.requests) == 2
    await model.close()
