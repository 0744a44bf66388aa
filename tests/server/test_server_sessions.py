from __future__ import annotations

from typing import Any

import httpx
import pytest

from adkconf.errors import ServiceUnavailableError
from adkconf.launch.live import Live
from adkconf.sessions.in_memory_session_service import InMemorySessionService

SESSIONS = "/apps/stamper/users/ada/sessions"


async def test_a_session_without_id_gets_one(client: httpx.AsyncClient) -> None:
    created = (await client.post(SESSIONS)).json()
    assert created["id"]
    assert created["appName"] == "stamper"
    assert created["userId"] == "ada"
    assert created["events"] == []


async def test_snake_case_is_read_and_camel_case_is_written(client: httpx.AsyncClient) -> None:
    body = {"session_id": "x", "state": {"a_b": 1}, "unknown": True}
    created = (await client.post(SESSIONS, json=body)).json()
    assert created["id"] == "x"
    assert created["state"] == {"a_b": 1}
    assert "lastUpdateTime" in created


async def test_an_id_is_given_once(client: httpx.AsyncClient, session: str) -> None:
    again = await client.post(session)
    assert again.status_code == 409
    assert again.headers["content-type"] == "application/problem+json"
    assert "s1" in again.json()["detail"]


async def test_the_body_of_a_post_to_an_id_is_its_state(client: httpx.AsyncClient) -> None:
    await client.post(f"{SESSIONS}/x", json={"user:name": "Ada", "n": None})
    stored = (await client.get(f"{SESSIONS}/x")).json()
    assert stored["state"] == {"user:name": "Ada", "n": None}


async def test_a_list_shows_state_but_no_events(
    client: httpx.AsyncClient, session: str, run_body: Any
) -> None:
    await client.post("/run", json=run_body())
    await client.patch(session, json={"stateDelta": {"title": "Hello"}})
    [listed] = (await client.get(SESSIONS)).json()
    assert listed["state"] == {"title": "Hello"}
    assert listed["events"] == []


async def test_a_patch_changes_state_by_an_event_of_the_user(
    client: httpx.AsyncClient, session: str
) -> None:
    patched = (await client.patch(session, json={"stateDelta": {"a": 1}})).json()
    [event] = patched["events"]
    assert patched["state"] == {"a": 1}
    assert event["author"] == "user"
    assert event["invocationId"].startswith("p-")
    assert (await client.get(session)).json() == patched


async def test_deleting_is_done_even_if_nothing_is_there(
    client: httpx.AsyncClient, session: str
) -> None:
    for _ in range(2):
        deleted = await client.delete(session)
        assert (deleted.status_code, deleted.json()) == (200, None)
    assert (await client.get(session)).status_code == 404


@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_a_session_that_is_not_there_is_a_404(client: httpx.AsyncClient, method: str) -> None:
    body = {"stateDelta": {}} if method == "PATCH" else None
    answer = await client.request(method, f"{SESSIONS}/none", json=body)
    assert answer.status_code == 404
    assert answer.json()["detail"] == "Session not found"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/apps/other/users/u/sessions"),
        ("POST", "/apps/other/users/u/sessions"),
        ("POST", "/apps/other/users/u/sessions/s"),
        ("GET", "/apps/other/users/u/sessions/s"),
        ("DELETE", "/apps/other/users/u/sessions/s"),
    ],
)
async def test_an_unknown_app_is_a_404(client: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == 404
    assert "'other'" in answer.json()["detail"]


def past(**fields: Any) -> dict[str, Any]:
    return {"author": "user", "content": {"role": "user", "parts": [{"text": "hi"}]}, **fields}


def part(**fields: Any) -> dict[str, Any]:
    return past(content={"role": "model", "parts": [fields]})


async def test_a_conversation_with_tools_can_be_imported(client: httpx.AsyncClient) -> None:
    events = [
        past(id="e1"),
        part(functionCall={"id": "1", "name": "add", "args": {}}),
        part(functionResponse={"id": "1", "name": "add", "response": {"sum": 3}}),
    ]
    created = (await client.post(SESSIONS, json={"sessionId": "i", "events": events})).json()
    stored = (await client.get(f"{SESSIONS}/i")).json()
    assert created == stored
    assert stored["events"][0]["id"] == "e1"
    assert "customMetadata" not in stored["events"][0]
    assert stored["events"][2]["content"]["parts"][0]["functionResponse"]["response"] == {"sum": 3}


@pytest.mark.parametrize(
    ("event", "forbidden"),
    [
        (past(actions={"stateDelta": {"app:admin": True}}), "event actions"),
        (past(actions={"transferToAgent": "root"}), "event actions"),
        (past(longRunningToolIds=["1"]), "long-running tool IDs"),
        (part(functionCall={"name": "adk_request_confirmation"}), "ADK protocol function calls"),
        (part(functionResponse={"name": "adk_request_credential"}), "ADK protocol function calls"),
    ],
)
async def test_clients_cannot_forge_what_only_the_runtime_writes(
    client: httpx.AsyncClient, event: dict[str, Any], forbidden: str
) -> None:
    answer = await client.post(SESSIONS, json={"sessionId": "f", "events": [past(), event]})
    assert answer.status_code == 400
    assert answer.json()["detail"] == (
        f"Session initialization event 1 cannot include {forbidden}."
    )
    assert (await client.get(f"{SESSIONS}/f")).status_code == 404


@pytest.mark.parametrize(
    ("body", "kind", "loc"),
    [
        ({"state": []}, "dict_type", ["body", "state"]),
        ({"sessionId": 7}, "string_type", ["body", "sessionId"]),
        ({"sessionId": "a/b"}, "string_pattern_mismatch", ["body", "sessionId"]),
        ({"sessionId": "a\0"}, "string_pattern_mismatch", ["body", "sessionId"]),
        ({"sessionId": "a" * 129}, "string_pattern_mismatch", ["body", "sessionId"]),
        ({"events": [{"id": 1}]}, "string_type", ["body", "events", 0, "id"]),
        (["list"], "model_type", ["body"]),
    ],
)
async def test_a_body_that_does_not_fit_is_a_422_with_its_faults(
    client: httpx.AsyncClient, body: Any, kind: str, loc: list[Any]
) -> None:
    answer = await client.post(SESSIONS, json=body)
    assert answer.status_code == 422
    fault = answer.json()["detail"][0]
    assert (fault["type"], fault["loc"]) == (kind, loc)
    assert set(fault) == {"type", "loc", "msg", "input"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'"\\ud800"',
        b'{"state":' + b"[" * 5000,
        b'{"state": {"a": NaN}}',
        b'{"state": {"a": -Infinity}}',
        b'{"state": {"a": [1e999]}}',
        b'{"events": [{"timestamp": 1e999}]}',
    ],
)
async def test_what_is_not_json_is_a_422(client: httpx.AsyncClient, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = await client.post(SESSIONS, content=body, headers=headers)
    assert answer.status_code == 422
    assert isinstance(answer.json()["detail"], list)


@pytest.mark.parametrize("user", ["a%00b", "a" * 129, "%0a", "a%0a"])
async def test_ids_that_no_store_holds_are_refused(client: httpx.AsyncClient, user: str) -> None:
    answer = await client.get(f"/apps/stamper/users/{user}/sessions")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["path", "user_id"]


async def test_options_are_not_ignored_silently(client: httpx.AsyncClient) -> None:
    answer = await client.post(SESSIONS, json={"options": {"ttl": "60s"}})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("error", "status"),
    [(ServiceUnavailableError("no route to db.internal"), 503), (OSError("db.internal"), 500)],
)
async def test_a_store_that_fails_is_told_without_its_secrets(
    client: httpx.AsyncClient, live: Live, error: Exception, status: int
) -> None:
    class Failing(InMemorySessionService):
        async def list_sessions(self, **names: Any) -> Any:
            raise error

    live.current.built.runner.session_service = Failing()
    answer = await client.get(SESSIONS)
    assert answer.status_code == status
    assert "db.internal" not in answer.text


async def test_users_do_not_see_each_other(client: httpx.AsyncClient, session: str) -> None:
    assert (await client.get("/apps/stamper/users/bob/sessions")).json() == []
    assert (await client.get("/apps/stamper/users/bob/sessions/s1")).status_code == 404


async def test_a_long_list_of_sessions_comes_in_pages(client: httpx.AsyncClient) -> None:
    path = "/apps/stamper/users/ada/sessions"
    for number in range(5):
        await client.post(f"{path}/s{number}")
    found, query = [], {"page_size": "2"}
    while True:
        answer = await client.get(path, params=query)
        found.append([session["id"] for session in answer.json()])
        if (token := answer.headers.get("x-next-page-token")) is None:
            break
        query["page_token"] = token
    assert found == [["s0", "s1"], ["s2", "s3"], ["s4"]]


@pytest.mark.parametrize("query", ["page_size=0", "page_size=x", "page_size=1001", "page_token=x"])
async def test_a_page_that_cannot_be_is_refused(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/apps/stamper/users/ada/sessions?{query}")
    assert answer.status_code == 422
