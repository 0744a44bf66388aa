"""The same requests to google-adk's own server and to ours; statuses and bodies must agree.

Ids and times are dropped. Where adkconf differs on purpose the case says so.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.genai import types

# google-adk warns about its own experimental parts.
pytestmark = pytest.mark.filterwarnings("ignore")

SESSIONS = "/apps/stamper/users/ada/sessions"
S1 = f"{SESSIONS}/s1"
RUN = {
    "appName": "stamper",
    "userId": "ada",
    "sessionId": "s1",
    "newMessage": {"role": "user", "parts": [{"text": "hello"}]},
}
PAST = {"author": "user", "content": {"role": "user", "parts": [{"text": "hi"}]}}

Request = tuple[str, str, Any]


def saying(text: str, **extra: Any) -> dict[str, Any]:
    return {**RUN, "newMessage": {"parts": [{"text": text}]}, **extra}


SAME: dict[str, list[Request]] = {
    "apps": [("GET", "/list-apps", None), ("GET", "/list-apps?relative_path=./", None)],
    "app info": [("GET", "/apps/stamper/app-info", None)],
    "health": [("GET", "/health", None)],
    "no sessions yet": [("GET", SESSIONS, None)],
    "create": [
        ("POST", SESSIONS, {"sessionId": "s2", "state": {"a": 1, "user:b": None, "app:c": [1]}}),
        ("GET", f"{SESSIONS}/s2", None),
        ("GET", SESSIONS, None),
    ],
    "create without body": [("POST", SESSIONS, None)],
    "create with blank id": [("POST", SESSIONS, {"session_id": "  "})],
    "create with id in path": [("POST", S1, {"a": 1}), ("GET", S1, None)],
    "create twice": [("POST", S1, None), ("POST", S1, None)],
    "create with past": [
        ("POST", SESSIONS, {"sessionId": "s1", "events": [PAST, PAST]}),
        ("GET", S1, None),
    ],
    "forged action": [("POST", SESSIONS, {"events": [{**PAST, "actions": {"escalate": True}}]})],
    "forged wait": [("POST", SESSIONS, {"events": [{**PAST, "longRunningToolIds": ["1"]}]})],
    "patch": [
        ("POST", S1, {"a": 1}),
        ("PATCH", S1, {"stateDelta": {"a": None, "b": {"c": [1, 2]}, "temp:x": 1}}),
        ("GET", S1, None),
    ],
    "patch nothing": [("PATCH", S1, {"stateDelta": {}})],
    "patch without delta": [("POST", S1, None), ("PATCH", S1, {})],
    "patch with wrong type": [("POST", S1, None), ("PATCH", S1, {"stateDelta": 1})],
    "get nothing": [("GET", S1, None)],
    "delete": [("POST", S1, None), ("DELETE", S1, None), ("DELETE", S1, None), ("GET", S1, None)],
    "run": [("POST", S1, None), ("POST", "/run", RUN), ("GET", S1, None)],
    "run in snake case": [
        ("POST", S1, None),
        (
            "POST",
            "/run",
            {
                "app_name": "stamper",
                "user_id": "ada",
                "session_id": "s1",
                "new_message": RUN["newMessage"],
                "unknown": 1,
            },
        ),
    ],
    "run twice": [("POST", S1, None), ("POST", "/run", RUN), ("POST", "/run", saying("again"))],
    "run with state and metadata": [
        ("POST", S1, None),
        ("POST", "/run", {**RUN, "stateDelta": {"x": 1}, "customMetadata": {"m": "n"}}),
        ("GET", S1, None),
    ],
    "run with a tool": [("POST", S1, None), ("POST", "/run", saying("tool")), ("GET", S1, None)],
    "stream with a tool": [("POST", S1, None), ("POST", "/run_sse", saying("tool"))],
    "stream with a tool in one piece": [
        ("POST", S1, None),
        ("POST", "/run_sse", saying("tool", functionCallEventId="e")),
    ],
    "stream": [
        ("POST", S1, None),
        ("POST", "/run_sse", saying("hello", streaming=True)),
        ("GET", S1, None),
    ],
    "stream whole": [("POST", S1, None), ("POST", "/run_sse", RUN)],
    "stream a failure": [("POST", S1, None), ("POST", "/run_sse", saying("boom"))],
    "inline data": [
        ("POST", S1, None),
        (
            "POST",
            "/run",
            {
                **RUN,
                "newMessage": {
                    "parts": [{"inlineData": {"mimeType": "image/png", "data": "_-8="}}]
                },
            },
        ),
        ("GET", S1, None),
    ],
    "stream nothing": [("POST", "/run_sse", RUN)],
    "missing fields": [("POST", "/run", {"appName": "stamper"})],
    "wrong types": [("POST", "/run", {**RUN, "userId": 1, "streaming": "x", "stateDelta": []})],
}

NOTES = f"{S1}/artifacts"
SAME |= {
    "artifacts": [
        ("POST", S1, None),
        ("GET", NOTES, None),
        ("POST", NOTES, {"filename": "n.txt", "artifact": {"text": "a"}}),
        (
            "POST",
            NOTES,
            {
                "filename": "n.txt",
                "artifact": {"inlineData": {"mimeType": "image/png", "data": "_-8="}},
                "customMetadata": {"by": "me"},
            },
        ),
        ("GET", NOTES, None),
        ("GET", f"{NOTES}/n.txt", None),
        ("GET", f"{NOTES}/n.txt?version=0", None),
        ("GET", f"{NOTES}/n.txt/versions", None),
        ("GET", f"{NOTES}/n.txt/versions/0", None),
        ("GET", f"{NOTES}/n.txt/versions/latest", None),
        ("GET", f"{NOTES}/n.txt/versions/7", None),
        ("GET", f"{NOTES}/n.txt/versions/x", None),
        ("GET", f"{NOTES}/n.txt/versions/metadata", None),
        ("GET", f"{NOTES}/n.txt/versions/1/metadata", None),
        ("GET", f"{NOTES}/n.txt/versions/7/metadata", None),
        ("DELETE", f"{NOTES}/n.txt", None),
        ("GET", f"{NOTES}/n.txt", None),
        ("GET", NOTES, None),
    ],
    "artifacts in folders": [
        ("POST", S1, None),
        ("POST", NOTES, {"filename": "a/b.txt", "artifact": {"text": "a"}}),
        ("GET", f"{NOTES}/a/b.txt", None),
        ("GET", f"{NOTES}/a/b.txt/versions", None),
    ],
    "an artifact of a run": [
        ("POST", S1, None),
        ("POST", "/run", saying("tool")),
        ("GET", f"{NOTES}/note.txt/versions/0", None),
    ],
    "memory": [
        ("POST", S1, None),
        ("PATCH", "/apps/stamper/users/ada/memory", {"sessionId": "s1"}),
        ("PATCH", "/apps/stamper/users/ada/memory", {"sessionId": "none"}),
    ],
}

# What its dev UI sends, recorded; its user is always `user`.
OF_UI = "/apps/stamper/users/user/sessions"
U1 = f"{OF_UI}/s1"
NAMED = {"__session_metadata__": {"displayName": "hello"}}


def ui_says(*parts: dict[str, Any]) -> Request:
    message = {"role": "user", "parts": [*parts]}
    ids = {"appName": "stamper", "userId": "user", "sessionId": "s1"}
    return (
        "POST",
        "/run_sse",
        {**ids, "newMessage": message, "streaming": False, "stateDelta": None},
    )


SAME |= {
    "a chat of the UI": [
        ("GET", "/list-apps?relative_path=./", None),
        ("POST", OF_UI, {"sessionId": "s1", "state": NAMED}),
        ui_says({"text": "tool"}),
        ("GET", f"{U1}/artifacts/note.txt/versions/0", None),
        ui_says({"text": "and"}, {"inlineData": {"mimeType": "text/plain", "data": "aGk="}}),
        ("GET", OF_UI, None),
        ("GET", U1, None),
    ],
    "a session renamed in the UI": [
        ("POST", U1, NAMED),
        ("PATCH", U1, {"stateDelta": {"__session_metadata__": {"displayName": "other"}}}),
        ("GET", OF_UI, None),
        ("DELETE", U1, None),
        ("GET", U1, None),
    ],
    "an import of the UI": [
        ("POST", OF_UI, {"sessionId": "s1", "events": [PAST], "state": {**NAMED, "user:a": 1}}),
        ("GET", U1, None),
    ],
    "a memory without a session": [("PATCH", "/apps/stamper/users/user/memory", {})],
}

# google-adk's answer has the same status, but no JSON or another text.
SAME_STATUS: dict[str, list[Request]] = {
    "run a failure": [("POST", S1, None), ("POST", "/run", saying("boom"))],
    "run nothing": [("POST", "/run", RUN)],
    "another app": [("POST", "/run", {**RUN, "appName": "other"})],
    "broken JSON": [("POST", "/run", b"{")],
    "no body": [("POST", "/run", None)],
    "list as body": [("POST", "/run", [1])],
    "version": [("GET", "/version", None)],
    "an answer to a call that nobody made": [
        ("POST", U1, NAMED),
        ui_says({"functionResponse": {"id": "x", "name": "save_note", "response": {"a": 1}}}),
    ],
    "a file for all sessions of the user": [
        ("POST", U1, None),
        ("POST", f"{U1}/artifacts", {"filename": "user:a.txt", "artifact": {"text": "a"}}),
        ("GET", f"{U1}/artifacts", None),
        ("GET", f"{U1}/artifacts/user:a.txt/versions/metadata", None),
        ("DELETE", f"{U1}/artifacts/user:a.txt", None),
        ("DELETE", f"{U1}/artifacts/user:a.txt", None),
    ],
    "an artifact of the user": [
        ("POST", NOTES, {"filename": "user:all.txt", "artifact": {"text": "a"}}),
        ("GET", f"{SESSIONS}/other/artifacts/user:all.txt", None),
    ],
    "no such route": [("GET", "/nothing", None)],
    "wrong method": [("PUT", "/run", RUN)],
}

# What we do differently on purpose: the request, their status, ours.
DIFFERENT: dict[str, tuple[Request, int, int]] = {
    "sessions of an app that does not exist": (("GET", "/apps/x/users/u/sessions", None), 200, 404),
    "an id that no path can name": (("POST", SESSIONS, {"sessionId": "a/b"}), 200, 422),
    "NaN, which is no JSON": (("POST", SESSIONS, b'{"state": {"a": NaN}}'), 200, 422),
}

VOLATILE = {
    "msg",
    "id",
    "timestamp",
    "invocationId",
    "lastUpdateTime",
    "createTime",
    "generation",
    "reloads",
    "diagnostics",
    "app",  # ours tells whose details these are
    "language",  # google-adk takes every app for one in Python
    "functionDeclarations",  # ours tell more of the arguments
}


@pytest.fixture
async def adk(answers_of_the_model: Any) -> AsyncIterator[httpx.AsyncClient]:
    """google-adk's server around the same agent."""
    transport = httpx.ASGITransport(adk_app(answers_of_the_model), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


def adk_app(answers: Any) -> Any:
    from google.adk.agents import LlmAgent
    from google.adk.apps import App
    from google.adk.cli.fast_api import get_fast_api_app
    from google.adk.cli.utils.base_agent_loader import BaseAgentLoader
    from google.adk.models import BaseLlm, LlmRequest, LlmResponse
    from google.adk.tools import ToolContext

    class Stamped(BaseLlm):
        async def generate_content_async(
            self, llm_request: LlmRequest, stream: bool = False
        ) -> AsyncGenerator[LlmResponse, None]:
            async for partial, content in answers("v1", llm_request.contents, stream):
                yield LlmResponse(content=content, partial=partial)

    async def save_note(text: str, tool_context: ToolContext) -> dict[str, Any]:
        """Saves a note.

        Args:
            text: what to write.
        """
        tool_context.state["noted"] = text
        version = await tool_context.save_artifact("note.txt", types.Part(text=text))
        return {"version": version}

    class OneApp(BaseAgentLoader):
        def list_agents(self) -> list[str]:
            return ["stamper"]

        def load_agent(self, agent_name: str) -> Any:
            if agent_name != "stamper":
                raise ValueError(f"Agent not found: {agent_name!r}")
            model = Stamped(model="stamped")
            root = LlmAgent(name="root", description="Stamps.", model=model, tools=[save_note])
            return App(name="stamper", root_agent=root)

    return get_fast_api_app(
        agents_dir=str(Path(__file__).parent),
        agent_loader=OneApp(),
        session_service_uri="memory://",
        artifact_service_uri="memory://",
        memory_service_uri="memory://",
        web=False,
    )


async def asked(client: httpx.AsyncClient, request: Request) -> httpx.Response:
    method, path, body = request
    if isinstance(body, bytes):
        headers = {"content-type": "application/json"}
        return await client.request(method, path, content=body, headers=headers)
    return await client.request(method, path, json=body)


def essence(answer: httpx.Response) -> Any:
    """The body without what differs from run to run, and without what only we say."""
    if answer.headers["content-type"].startswith("text/event-stream"):
        frames = answer.text.replace("data: ", "").split("\n\n")[:-1]
        return [stable(json.loads(frame)) for frame in frames]
    body = answer.json()
    return {"detail": stable(body["detail"])} if answer.is_error else stable(body)


def stable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: stable(item) for key, item in value.items() if key not in VOLATILE}
    return [stable(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("requests", SAME.values(), ids=SAME)
async def test_answers_are_the_same(
    client: httpx.AsyncClient, adk: httpx.AsyncClient, requests: list[Request]
) -> None:
    for request in requests:
        theirs, ours = await asked(adk, request), await asked(client, request)
        assert ours.status_code == theirs.status_code, ours.text
        assert essence(ours) == essence(theirs)


async def test_an_exported_session_is_imported_alike(
    client: httpx.AsyncClient, adk: httpx.AsyncClient
) -> None:
    answers = []
    for server in (adk, client):
        for request in (("POST", U1, None), ui_says({"text": "tool"}), ui_says({"text": "more"})):
            await asked(server, request)
        exported = (await server.get(U1)).json()
        past = {"events": exported["events"], "state": exported["state"]}
        answers.append(await server.post(OF_UI, json={"sessionId": "s2", **past}))
    theirs, ours = answers
    assert ours.status_code == theirs.status_code
    assert ("detail" in ours.json()) == ("detail" in theirs.json())


@pytest.mark.parametrize("requests", SAME_STATUS.values(), ids=SAME_STATUS)
async def test_statuses_are_the_same(
    client: httpx.AsyncClient, adk: httpx.AsyncClient, requests: list[Request]
) -> None:
    for request in requests:
        theirs, ours = await asked(adk, request), await asked(client, request)
        assert ours.status_code == theirs.status_code


@pytest.mark.parametrize(("request_", "theirs", "ours"), DIFFERENT.values(), ids=DIFFERENT)
async def test_differences_are_the_ones_we_chose(
    client: httpx.AsyncClient, adk: httpx.AsyncClient, request_: Request, theirs: int, ours: int
) -> None:
    assert (await asked(adk, request_)).status_code == theirs
    assert (await asked(client, request_)).status_code == ours
