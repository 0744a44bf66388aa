"""What google-adk's own unit tests say of sessions, state and artifacts, as cases of ours."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from adkconf.artifacts import InMemoryArtifactService
from adkconf.events import Event, EventActions
from adkconf.sessions import InMemorySessionService
from adkconf.sessions.base_session_service import GetSessionConfig
from adkconf.sessions.state import State
from tests.conftest import says

APP = {"app_name": "app", "user_id": "u"}
# Times of events only grow, and a session's begin with its creation.
LATER = 4_000_000_000.0


async def appended(service: InMemorySessionService, session: Any, **fields: Any) -> Event:
    return await service.append_event(session, Event(author="a", invocation_id="i", **fields))


async def test_new_sessions_see_the_state_of_app_and_user() -> None:
    service = InMemorySessionService()
    first = await service.create_session(**APP, session_id="1", state={"k": "own"})
    changes = {"app:a": 1, "user:b": 2, "temp:c": 3, "d": 4}
    await appended(service, first, actions=EventActions(state_delta=changes))
    second = await service.create_session(**APP, session_id="2", state={"k": "other"})
    assert second.state == {"k": "other", "app:a": 1, "user:b": 2}
    stranger = await service.create_session(app_name="app", user_id="v", state={})
    assert stranger.state == {"app:a": 1}


async def test_sessions_are_listed_by_user_or_of_all_users() -> None:
    service = InMemorySessionService()
    for user, session_id in (("u", "1"), ("u", "2"), ("v", "3")):
        await service.create_session(app_name="app", user_id=user, session_id=session_id)
    of_one = await service.list_sessions(app_name="app", user_id="u")
    assert {session.id for session in of_one.sessions} == {"1", "2"}
    of_all = await service.list_sessions(app_name="app", user_id=None)
    assert {session.id for session in of_all.sessions} == {"1", "2", "3"}


async def test_bytes_in_an_event_come_back() -> None:
    service = InMemorySessionService()
    session = await service.create_session(**APP, session_id="1")
    part = types.Part.from_bytes(data=b"\x00\xff", mime_type="image/png")
    await appended(service, session, content=types.Content(role="user", parts=[part]))
    found = await service.get_session(**APP, session_id="1")
    assert found is not None
    assert found.events[0].content.parts == [part]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (GetSessionConfig(), [1, 2, 3]),
        (GetSessionConfig(num_recent_events=2), [2, 3]),
        (GetSessionConfig(num_recent_events=0), []),
        (GetSessionConfig(after_timestamp=LATER + 2), [2, 3]),
        (GetSessionConfig(after_timestamp=LATER + 4), []),
        (GetSessionConfig(num_recent_events=1, after_timestamp=LATER + 2), [3]),
    ],
)
async def test_limits_on_loading(limits: GetSessionConfig, expected: list[int]) -> None:
    service = InMemorySessionService()
    session = await service.create_session(**APP, session_id="1")
    for second in (1, 2, 3):
        await appended(service, session, timestamp=LATER + second, content=says(str(second)))
    found = await service.get_session(**APP, session_id="1", config=limits)
    assert found is not None
    assert [event.timestamp - LATER for event in found.events] == expected


async def test_deleting_what_is_not_there_is_no_error() -> None:
    service = InMemorySessionService()
    await service.delete_session(**APP, session_id="never")
    artifacts = InMemoryArtifactService()
    await artifacts.delete_artifact(**APP, session_id="s", filename="never")


def test_state_shows_what_was_written_over_what_was_there() -> None:
    state = State(value={"a": 1, "b": 2}, delta={})
    state["b"] = 3
    state.update({"c": 4})
    assert state.to_dict() == {"a": 1, "b": 3, "c": 4}
    assert state.setdefault("a", 9) == 1
    assert state.setdefault("d", 5) == 5
    assert state.get("none", "given") == "given"
    assert "d" in state
    assert state.has_delta()
    with pytest.raises(KeyError):
        state["none"]


async def test_artifacts_of_session_and_user_are_listed_together() -> None:
    service = InMemoryArtifactService()
    for name in ("b.txt", "user:a.txt", "c.txt"):
        part = types.Part(text=name)
        await service.save_artifact(**APP, session_id="s", filename=name, artifact=part)
    listed = await service.list_artifact_keys(**APP, session_id="s")
    assert listed == ["b.txt", "c.txt", "user:a.txt"]
    assert await service.list_artifact_keys(**APP, session_id="other") == ["user:a.txt"]


async def test_each_version_of_an_artifact_can_be_loaded() -> None:
    service = InMemoryArtifactService()
    key = {**APP, "session_id": "s", "filename": "a.txt"}
    for text in ("zero", "one", "two"):
        await service.save_artifact(**key, artifact=types.Part(text=text))
    assert await service.list_versions(**key) == [0, 1, 2]
    loaded = [await service.load_artifact(**key, version=number) for number in (0, 1, None, 7)]
    assert [part.text if part else None for part in loaded] == ["zero", "one", "two", None]


@pytest.mark.parametrize(
    "data",
    [
        {"text": "plain"},
        {"inline_data": {"mime_type": "image/png", "data": b"png"}},
        {"file_data": {"mime_type": "text/plain", "file_uri": "https://host.test/a"}},
    ],
)
async def test_artifacts_may_be_given_as_data(data: dict[str, Any]) -> None:
    service = InMemoryArtifactService()
    key = {**APP, "session_id": "s", "filename": "a"}
    await service.save_artifact(**key, artifact=data)
    assert await service.load_artifact(**key) == types.Part.model_validate(data)
