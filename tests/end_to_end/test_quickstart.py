"""The README's first command, and the same file with Gemini."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.end_to_end.conftest import Serve
from tests.wire.fixtures import CANARY_KEY
from tests.wire.gemini_server import GeminiServer, calls, refuses, says

SESSION = "/apps/quickstart/users/me/sessions/town"


def message(text: str, *, streaming: bool = False) -> dict[str, Any]:
    return {
        "appName": "quickstart",
        "userId": "me",
        "sessionId": "town",
        "streaming": streaming,
        "newMessage": {"role": "user", "parts": [{"text": text}]},
    }


def said(events: list[dict[str, Any]]) -> list[str]:
    """What each event says, calls or answers."""
    lines = []
    for event in events:
        for part in event.get("content", {}).get("parts", ()):
            call, answer = part.get("functionCall"), part.get("functionResponse")
            name = (call or answer or {}).get("name")
            lines.append(part.get("text") or (f"{name}()" if call else f"{name}="))
    return lines


def frames(response: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line.removeprefix("data: ")) for line in response.text.split("\n\n") if line]


def test_conversation_survives_a_restart(serve: Serve, quickstart: Path) -> None:
    with serve(quickstart) as client:
        assert client.get("/list-apps").json() == ["quickstart"]
        assert client.post(SESSION).status_code == 200
        events = client.post("/run", json=message("Is the museum open?")).json()
        assert said(events)[:2] == ["opening_hours()", "opening_hours="]
    with serve(quickstart) as client:
        session = client.get(SESSION).json()
        assert session["state"] == {"last_place": "museum"}
        assert len(session["events"]) == 1 + len(events)
        poem = client.post("/run", json=message("A poem!")).json()
        assert [event["author"] for event in poem] == ["concierge", "concierge", "poet"]
        assert client.delete(SESSION).status_code == 200
        assert client.get(SESSION).status_code == 404


@pytest.fixture
def with_gemini(quickstart: Path) -> Path:
    """The same file with one line changed."""
    lines = quickstart.read_text().splitlines(keepends=True)
    changed = [re.sub(r"(  model: )\w+", r"\1gemini-2.5-flash", line) for line in lines]
    assert sum(a != b for a, b in zip(lines, changed, strict=True)) == 1
    quickstart.write_text("".join(changed))
    return quickstart


def test_same_file_talks_to_gemini(
    serve: Serve, with_gemini: Path, gemini_server: GeminiServer
) -> None:
    gemini_server.put(calls("opening_hours", {"place": "museum"}))
    gemini_server.put(says("It is ", "open till ", "six."))
    with serve(with_gemini) as client:
        client.post(SESSION)
        response = client.post("/run_sse", json=message("Is the museum open?", streaming=True))
    events = frames(response)
    whole = [event for event in events if not event.get("partial")]
    assert said(whole) == ["opening_hours()", "opening_hours=", "It is open till six."]
    assert said([event for event in events if event.get("partial")])[-3:] == [
        "It is ",
        "open till ",
        "six.",
    ]
    assert whole[-1]["usageMetadata"]["totalTokenCount"] > 0
    declared = gemini_server.requests[0].body["tools"][0]["functionDeclarations"]
    assert {tool["name"] for tool in declared} == {"opening_hours", "transfer_to_agent"}


# Every refusal is tried in one process in tests/models/test_gemini_errors.py.
@pytest.mark.long
def test_refusal_of_gemini_is_an_event_with_its_code_and_no_key(
    serve: Serve, with_gemini: Path, gemini_server: GeminiServer, tmp_path: Path
) -> None:
    gemini_server.put(refuses(429, "RESOURCE_EXHAUSTED", "Quota exceeded."))
    with serve(with_gemini) as client:
        client.post(SESSION)
        response = client.post("/run_sse", json=message("Hello?"))
        assert client.get("/health").json()["status"] == "ok"
    error, end = frames(response)
    assert error["errorCode"] == "RESOURCE_EXHAUSTED"
    assert "error" in end
    everything = response.text + (tmp_path / "serve.log").read_text()
    assert CANARY_KEY not in everything
    assert "Traceback" not in everything
