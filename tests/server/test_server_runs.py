from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from adkconf.launch.live import Live


def frames(body: str) -> list[dict[str, Any]]:
    return [json.loads(frame.removeprefix("data: ")) for frame in body.split("\n\n")[:-1]]


def texts(events: list[dict[str, Any]]) -> list[str]:
    return ["".join(p.get("text", "") for p in e["content"]["parts"]) for e in events]


@pytest.mark.usefixtures("session")
async def test_a_run_answers_with_all_events(client: httpx.AsyncClient, run_body: Any) -> None:
    answer = await client.post("/run", json=run_body("hello", streaming=True))
    assert answer.status_code == 200
    [event] = answer.json()
    assert texts([event]) == ["v1: hello"]
    assert event["author"] == "root"


async def test_what_a_run_answers_is_what_is_stored(
    client: httpx.AsyncClient, session: str, run_body: Any
) -> None:
    events = (await client.post("/run", json=run_body("tool"))).json()
    stored = (await client.get(session)).json()
    assert stored["events"][1:] == events
    assert stored["state"] == {"noted": "hi"}


@pytest.mark.usefixtures("session")
async def test_frames_are_google_adks_byte_by_byte(
    client: httpx.AsyncClient, run_body: Any
) -> None:
    answer = await client.post("/run_sse", json=run_body("héllo\n\nworld"))
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    [event] = frames(answer.text)
    compact = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
    assert answer.content == f"data: {compact}\n\n".encode()


@pytest.mark.usefixtures("session")
async def test_streaming_sends_fragments_and_then_the_whole(
    client: httpx.AsyncClient, run_body: Any
) -> None:
    body = (await client.post("/run_sse", json=run_body("hello", streaming=True))).text
    *fragments, whole = frames(body)
    assert texts(fragments) == ["v1: ", "hello"]
    assert all(event["partial"] for event in fragments)
    assert texts([whole]) == ["v1: hello"]
    assert "partial" not in whole


@pytest.mark.usefixtures("session")
async def test_without_streaming_there_are_no_fragments(
    client: httpx.AsyncClient, run_body: Any
) -> None:
    body = (await client.post("/run_sse", json=run_body("hello"))).text
    assert texts(frames(body)) == ["v1: hello"]


@pytest.mark.usefixtures("session")
async def test_an_event_with_artifacts_and_content_comes_in_two_pieces(
    client: httpx.AsyncClient, run_body: Any
) -> None:
    events = frames((await client.post("/run_sse", json=run_body("tool"))).text)
    assert len(events) == 4
    content, artifact = events[1:3]
    assert content["id"] == artifact["id"]
    assert content["actions"]["artifactDelta"] == {}
    assert content["content"]["parts"][0]["functionResponse"]["response"] == {"version": 0}
    assert artifact["actions"]["artifactDelta"] == {"note.txt": 0}
    assert "content" not in artifact


@pytest.mark.usefixtures("session")
async def test_a_function_call_event_id_keeps_it_in_one_piece(
    client: httpx.AsyncClient, run_body: Any
) -> None:
    body = run_body("tool", functionCallEventId="e")
    assert len(frames((await client.post("/run_sse", json=body)).text)) == 3


@pytest.mark.usefixtures("session")
async def test_a_failed_stream_ends_with_an_error_event_and_an_error_frame(
    client: httpx.AsyncClient, run_body: Any
) -> None:
    answer = await client.post("/run_sse", json=run_body("boom"))
    event, last = frames(answer.text)
    assert answer.status_code == 200
    assert (event["errorCode"], event["errorMessage"]) == ("RuntimeError", "boom!")
    assert last["error"] == "RuntimeError: boom!"
    assert last["error_details"].keys() == {"error_type", "error_message", "timestamp"}
    assert "Traceback" not in answer.text


@pytest.mark.usefixtures("session")
async def test_a_failed_run_is_a_500_without_traceback(
    client: httpx.AsyncClient, run_body: Any
) -> None:
    answer = await client.post("/run", json=run_body("boom"))
    assert answer.status_code == 500
    assert answer.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "RuntimeError: boom!",
    }


@pytest.mark.parametrize("route", ["/run", "/run_sse"])
async def test_a_missing_session_is_a_404(
    client: httpx.AsyncClient, run_body: Any, route: str
) -> None:
    answer = await client.post(route, json=run_body(session_id="none"))
    assert answer.status_code == 404
    assert answer.json()["detail"] == "Session not found: none"


@pytest.mark.parametrize("route", ["/run", "/run_sse"])
@pytest.mark.usefixtures("session")
async def test_the_only_app_needs_no_name_and_another_is_a_404(
    client: httpx.AsyncClient, run_body: Any, route: str
) -> None:
    assert (await client.post(route, json=run_body(appName=None))).status_code == 200
    assert (await client.post(route, json=run_body(appName="other"))).status_code == 404


@pytest.mark.usefixtures("session")
async def test_metadata_of_the_request_reaches_every_event_but_private_keys_do_not(
    client: httpx.AsyncClient, run_body: Any
) -> None:
    metadata = {"trace": "t1", "__adk_internal_restored_event": True}
    events = (await client.post("/run", json=run_body(customMetadata=metadata))).json()
    assert [event["customMetadata"] for event in events] == [{"trace": "t1"}]


@pytest.mark.usefixtures("session")
async def test_state_can_come_with_a_message(
    client: httpx.AsyncClient, session: str, run_body: Any
) -> None:
    await client.post("/run", json=run_body(stateDelta={"lang": "fr"}))
    assert (await client.get(session)).json()["state"] == {"lang": "fr"}


@pytest.mark.parametrize(
    ("change", "kind", "loc"),
    [
        ({"userId": None}, "string_type", ["body", "userId"]),
        ({"newMessage": "hi"}, "model_attributes_type", ["body", "newMessage"]),
        ({"streaming": "perhaps"}, "bool_parsing", ["body", "streaming"]),
        ({"stateDelta": [1]}, "dict_type", ["body", "stateDelta"]),
    ],
)
async def test_a_run_with_wrong_types_is_a_422(
    client: httpx.AsyncClient, run_body: Any, change: Any, kind: str, loc: list[str]
) -> None:
    answer = await client.post("/run", json=run_body(**change))
    assert answer.status_code == 422
    fault = answer.json()["detail"][0]
    assert (fault["type"], fault["loc"]) == (kind, loc)


async def test_an_empty_body_is_a_422(client: httpx.AsyncClient) -> None:
    answer = await client.post("/run")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["type"] == "missing"


@pytest.mark.parametrize("route", ["/run", "/run_sse"])
@pytest.mark.usefixtures("session")
async def test_a_client_that_leaves_ends_its_run(
    client: httpx.AsyncClient, live: Live, run_body: Any, route: str
) -> None:
    with pytest.raises(httpx.TimeoutException):
        await client.post(route, json=run_body("stuck"), timeout=0.2)
    async with asyncio.timeout(2):
        while live.status().in_flight:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert (await client.post("/run", json=run_body("hello"))).status_code == 200


@pytest.mark.usefixtures("session")
async def test_an_object_where_google_genai_wants_a_word_is_refused(
    client: httpx.AsyncClient, run_body: Any
) -> None:
    message = {"role": "user", "parts": [{"text": "hi", "mediaProcessing": {}}]}
    answer = await client.post("/run", json=run_body(newMessage=message))
    assert answer.status_code == 422
