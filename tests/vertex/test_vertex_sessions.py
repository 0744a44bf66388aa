"""Sessions in Agent Engine, on a server that speaks its API."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from google.genai import types

from adkconf.agents.llm_agent import LlmAgent
from adkconf.errors import (
    AlreadyExistsError,
    InputValidationError,
    ServiceUnavailableError,
    SessionNotFoundError,
)
from adkconf.events.event import Event
from adkconf.runners import Runner
from adkconf.sessions import GetSessionConfig, Session
from adkconf.sessions.vertex_ai_session_service import VertexAiSessionService
from tests.conftest import Replies
from tests.vertex.vertex_server import (
    API_KEY,
    HOME,
    LOCATION,
    PROJECT,
    TOKEN,
    Fault,
    Json,
    VertexServer,
    public,
)

IDS = {"app_name": "app", "user_id": "u", "session_id": "s"}
BY_GOOGLE_ADK = json.loads(Path(__file__).with_name("appended_by_google_adk.json").read_text())


def said(text: str, **fields: Any) -> Event:
    content = types.Content(role="user", parts=[types.Part(text=text)])
    return Event(invocation_id="i", author="user", content=content, **fields)


def texts(session: Session) -> list[str]:
    return [event.content.parts[0].text for event in session.events]


def as_json(event: Any) -> Json:
    return event.model_dump(mode="json", exclude_none=True, by_alias=True)


def append_as_another_program(server: VertexServer, body: Json, session_id: str = "s") -> None:
    name = f"{HOME}/reasoningEngines/77/sessions/{session_id}:appendEvent"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    httpx.post(f"{server.url}/v1beta1/{name}", json=body, headers=headers).raise_for_status()


async def test_event_that_google_adk_appended_opens_here(sessions, vertex_server):
    await sessions.create_session(**IDS, state={"a": 1})
    append_as_another_program(vertex_server, BY_GOOGLE_ADK)
    found = await sessions.get_session(**IDS)
    assert as_json(found.events[0]) == BY_GOOGLE_ADK["rawEvent"]
    assert found.state == {"a": 1, "s": 2, "app:a": 3, "n": None}


async def test_event_that_was_appended_here_opens_in_google_adk(sessions, vertex_server):
    module = pytest.importorskip("google.adk.sessions.vertex_ai_session_service")
    event = Event.model_validate(BY_GOOGLE_ADK["rawEvent"])
    await sessions.append_event(await sessions.create_session(**IDS), event)
    (stored,) = vertex_server.stored.events["reasoningEngines/77/sessions/s"]
    theirs = module._from_api_event(
        SimpleNamespace(
            raw_event=stored["rawEvent"],
            invocation_id=stored["invocationId"],
            author=stored["author"],
            name=stored["name"],
            timestamp=datetime.fromisoformat(stored["timestamp"]),
        )
    )
    assert as_json(theirs) == as_json(event)


async def test_request_has_what_google_adk_sends(sessions, vertex_server):
    event = Event.model_validate(BY_GOOGLE_ADK["rawEvent"])
    await sessions.append_event(await sessions.create_session(**IDS), event)
    append_as_another_program(vertex_server, BY_GOOGLE_ADK)
    ours, theirs = vertex_server.stored.events["reasoningEngines/77/sessions/s"]
    assert ours.pop("timestamp").rstrip("Z") == theirs.pop("timestamp").removesuffix("+00:00")
    assert ours | {"name": ""} == theirs | {"name": ""}


async def test_event_without_its_raw_form_is_put_together_of_its_fields(sessions, vertex_server):
    await sessions.create_session(**IDS)
    body = {name: value for name, value in BY_GOOGLE_ADK.items() if name != "rawEvent"}
    append_as_another_program(vertex_server, body)
    (event,) = (await sessions.get_session(**IDS)).events
    whole = Event.model_validate(BY_GOOGLE_ADK["rawEvent"])
    assert event.content == whole.content
    assert event.actions.transfer_to_agent == "other"
    assert event.actions.compaction == whole.actions.compaction
    assert event.usage_metadata == whole.usage_metadata
    assert event.custom_metadata == {"k": [1]}
    assert event.long_running_tool_ids == {"c1"}
    assert (event.branch, event.error_code, event.turn_complete) == ("a.b", "E", True)


async def test_field_that_the_service_refuses_is_left_out(sessions):
    part = types.Part(text="x", part_metadata={"k": 1})
    event = Event(author="a", content=types.Content(role="user", parts=[part]))
    await sessions.append_event(await sessions.create_session(**IDS), event)
    assert texts(await sessions.get_session(**IDS)) == ["x"]


async def test_lists_are_read_to_their_last_page(sessions, vertex_server):
    vertex_server.page_cap = 2
    for n in range(3):
        session = await sessions.create_session(**{**IDS, "session_id": f"s{n}"})
    for n in range(5):
        await sessions.append_event(session, said(str(n)))
    listed = await sessions.list_sessions(app_name="app", user_id="u")
    assert [each.id for each in listed.sessions] == ["s0", "s1", "s2"]
    ids = {**IDS, "session_id": "s2"}
    assert texts(await sessions.get_session(**ids)) == list("01234")
    recent = GetSessionConfig(num_recent_events=3)
    assert texts(await sessions.get_session(**ids, config=recent)) == list("234")


async def test_listing_finds_the_sessions_of_exactly_that_user(sessions):
    users = ['say "hi" \\ OR', "u", "v"]
    for n, user in enumerate(users):
        await sessions.create_session(app_name="app", user_id=user, session_id=f"s{n}")
    for n, user in enumerate(users):
        listed = await sessions.list_sessions(app_name="app", user_id=user)
        assert [each.id for each in listed.sessions] == [f"s{n}"]
    everybody = await sessions.list_sessions(app_name="app")
    assert [each.user_id for each in everybody.sessions] == users


async def test_session_of_another_user_is_neither_shown_nor_deleted(sessions):
    await sessions.create_session(**IDS)
    stranger = {**IDS, "user_id": "v"}
    with pytest.raises(SessionNotFoundError, match="does not belong to user v"):
        await sessions.get_session(**stranger)
    with pytest.raises(ValueError, match="does not belong"):
        await sessions.delete_session(**stranger)
    with pytest.raises(AlreadyExistsError):
        await sessions.create_session(**stranger)
    assert await sessions.get_session(**IDS) is not None


async def test_ids_may_be_full_resource_names(sessions):
    await sessions.create_session(**IDS)
    name = public("reasoningEngines/77/sessions/s")
    assert (await sessions.get_session(**{**IDS, "session_id": name})).id == "s"
    with pytest.raises(InputValidationError, match="'78', not to '77'"):
        await sessions.get_session(**{**IDS, "session_id": name.replace("77", "78")})


@pytest.mark.parametrize("session_id", ["a/b", "../s", "a?b", "ü", "a:appendEvent"])
async def test_ids_that_could_leave_their_place_are_refused(sessions, vertex_server, session_id):
    for call in (sessions.get_session, sessions.delete_session, sessions.create_session):
        with pytest.raises(InputValidationError, match="letters, digits"):
            await call(**{**IDS, "session_id": session_id})
    assert vertex_server.calls == []


@pytest.mark.parametrize("app_name", ["77", f"{HOME}/reasoningEngines/77"])
async def test_app_may_be_named_by_its_engine(vertex_server, app_name):
    async with VertexAiSessionService() as service:
        await service.create_session(**{**IDS, "app_name": app_name})
        assert "reasoningEngines/77/sessions/s" in vertex_server.stored.sessions
        with pytest.raises(InputValidationError, match="agent_engine_id"):
            await service.get_session(**IDS)


async def test_lifetime_and_labels_are_handed_over(vertex_server):
    async with VertexAiSessionService(agent_engine_id="77", ttl="60s") as service:
        await service.create_session(**IDS)
        end = datetime(2030, 1, 1, tzinfo=UTC)
        more = {"expire_time": end, "display_name": "d", "labels": {"l": "1"}}
        await service.create_session(**{**IDS, "session_id": "t"}, **more)
        with pytest.raises(InputValidationError, match="either ttl or expire_time"):
            await service.create_session(**IDS, ttl="1s", expire_time=end)
    first, second = vertex_server.stored.sessions.values()
    assert first["ttl"] == "60s"
    assert (second["expireTime"], second["displayName"]) == ("2030-01-01T00:00:00+00:00", "d")
    assert "ttl" not in second


async def test_turn_on_a_long_session_reads_only_what_is_new(sessions, vertex_server):
    session = await sessions.create_session(**IDS)
    start = datetime.now(UTC) - timedelta(days=1)
    for n in range(120):
        moment = (start + timedelta(minutes=2 * n)).timestamp()
        await sessions.append_event(session, said(str(n), timestamp=moment))
    whole = await sessions.load_for_run(**IDS)
    vertex_server.calls.clear()
    append_as_another_program(
        vertex_server,
        {"author": "b", "invocationId": "j", "timestamp": datetime.now(UTC).isoformat()},
    )
    run = await sessions.load_for_run(**IDS)
    assert run.events is whole.events
    assert len(run.events) == 121
    _, *reads = vertex_server.calls
    assert len(reads) == 2
    assert any("timestamp>=" in call.query.get("filter", "") for call in reads)


@pytest.mark.parametrize("events", [0, 1000])
async def test_turn_takes_four_requests_however_long_its_session_is(
    sessions, vertex_server, events
):
    await sessions.create_session(**IDS)
    start = datetime.now(UTC) - timedelta(days=1)
    [log] = vertex_server.stored.events.values()
    for n in range(events):
        moment = (start + timedelta(seconds=n)).isoformat()
        log.append({"name": f"e/{n}", "author": "a", "invocationId": "i", "timestamp": moment})
    agent = LlmAgent(name="agent", model=Replies(steps=["Fine."]))
    runner = Runner(app_name="app", agent=agent, session_service=sessions)
    turn = {"user_id": "u", "session_id": "s", "new_message": said("?").content}
    for _ in range(2):
        vertex_server.calls.clear()
        [_ async for _ in runner.run_async(**turn)]
    assert sorted(call.method for call in vertex_server.calls) == ["GET", "GET", "POST", "POST"]
    assert len(log) == events + 4


async def test_event_of_a_late_clock_takes_its_place_in_the_order(sessions, vertex_server):
    session = await sessions.create_session(**IDS)
    for n in range(3):
        await sessions.append_event(session, said(str(n), timestamp=1.7e9 + 10 * n))
    first = await sessions.load_for_run(**IDS)
    between = {"timestamp": "2023-11-14T22:13:35Z", "author": "b", "invocationId": "j"}
    append_as_another_program(vertex_server, between)
    run = await sessions.load_for_run(**IDS)
    assert [event.author for event in run.events] == ["user", "user", "b", "user"]
    assert run.events is not first.events


async def test_session_that_was_made_anew_is_not_mistaken_for_the_old_one(sessions, vertex_server):
    session = await sessions.create_session(**IDS)
    await sessions.append_event(session, said("old"))
    async with VertexAiSessionService(agent_engine_id="77") as other:
        await other.delete_session(**IDS)
        assert await sessions.load_for_run(**IDS) is None
        await sessions.create_session(**IDS)
        await sessions.append_event(await sessions.load_for_run(**IDS), said("older"))
        await other.delete_session(**IDS)
        again = await other.create_session(**IDS)
        await other.append_event(again, said("new"))
    assert texts(await sessions.load_for_run(**IDS)) == ["new"]


async def test_events_of_two_processes_come_together(sessions, vertex_server):
    session = await sessions.create_session(**IDS)
    async with VertexAiSessionService(agent_engine_id="77") as other:
        for n in range(3):
            await sessions.append_event(await sessions.load_for_run(**IDS), said(f"a{n}"))
            await other.append_event(await other.load_for_run(**IDS), said(f"b{n}"))
        expected = ["a0", "b0", "a1", "b1", "a2", "b2"]
        assert texts(await sessions.load_for_run(**IDS)) == expected
        assert texts(await other.get_session(**IDS)) == expected
    assert session.id == "s"


@pytest.mark.parametrize(
    ("status", "late"), [(429, False), (503, False), (500, False), (503, True), (500, True)]
)
async def test_append_that_was_put_off_or_broke_off_is_stored_once(
    sessions, vertex_server, status, late
):
    session = await sessions.create_session(**IDS)
    vertex_server.faults.append(Fault("appendEvent", status, times=1 if late else 2, late=late))
    await sessions.append_event(session, said("once", state={"n": 1}))
    assert len(vertex_server.stored.events["reasoningEngines/77/sessions/s"]) == 1
    assert texts(await sessions.get_session(**IDS)) == ["once"]


async def test_append_that_never_arrives_is_an_error_and_changes_nothing(sessions, vertex_server):
    session = await sessions.create_session(**IDS)
    vertex_server.faults.append(Fault("appendEvent", 503, times=99))
    with pytest.raises(ServiceUnavailableError, match=r"503.*injected"):
        await sessions.append_event(session, said("lost", state={"n": 1}))
    assert (session.events, session.state) == ([], {})
    vertex_server.faults.clear()
    await sessions.append_event(session, said("found"))
    assert texts(await sessions.load_for_run(**IDS)) == ["found"]


async def test_creation_that_broke_off_is_not_repeated(sessions, vertex_server):
    vertex_server.faults.append(Fault("POST .*/sessions$", 503, late=True))
    with pytest.raises(ServiceUnavailableError):
        await sessions.create_session(app_name="app", user_id="u")
    assert len(vertex_server.stored.sessions) == 1


async def test_reads_are_repeated(sessions, vertex_server):
    await sessions.create_session(**IDS)
    vertex_server.faults += [Fault("GET", 429, times=2), Fault("GET", 503, times=1)]
    assert await sessions.get_session(**IDS) is not None


async def test_waiting_grows_where_the_service_names_no_time(sessions, vertex_server, monkeypatch):
    monkeypatch.setattr("adkconf.vertex.transport._WAITS", (0.01, 0.02))
    await sessions.create_session(**IDS)
    vertex_server.calls.clear()
    vertex_server.faults.append(Fault("GET .*/s$", 503, times=99, retry_after=None))
    with pytest.raises(ServiceUnavailableError):
        await sessions.get_session(**IDS)
    assert sum(call.path.endswith("/s") for call in vertex_server.calls) == 3


async def test_one_token_serves_many_requests(sessions, vertex_server):
    for n in range(3):
        await sessions.create_session(**{**IDS, "session_id": f"s{n}"})
    assert vertex_server.tokens_given == 1
    assert all("x-goog-api-key" not in call.headers for call in vertex_server.calls)


async def test_express_mode_asks_with_the_key_and_without_a_project(vertex_server, monkeypatch):
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS")
    service = VertexAiSessionService(agent_engine_id="77", express_mode_api_key=API_KEY)
    async with service:
        session = await service.create_session(**IDS)
        await service.append_event(session, said("hi"))
        assert texts(await service.get_session(**IDS)) == ["hi"]
    first = vertex_server.calls[0]
    assert first.path == "/v1beta1/reasoningEngines/77/sessions"
    assert first.headers["x-goog-api-key"] == API_KEY
    assert "authorization" not in first.headers


async def test_key_of_the_environment_counts_in_enterprise_mode_only(vertex_server, monkeypatch):
    for name in ("GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION", "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("GOOGLE_API_KEY", API_KEY)
    with pytest.raises(InputValidationError, match="GOOGLE_CLOUD_LOCATION"):
        await VertexAiSessionService(agent_engine_id="77").open()
    monkeypatch.setenv("GOOGLE_GENAI_USE_ENTERPRISE", "true")
    async with VertexAiSessionService(agent_engine_id="77") as service:
        assert (await service.create_session(**IDS)).id == "s"


@pytest.mark.parametrize("place", [{"project": "p"}, {"location": "l"}])
def test_key_and_project_exclude_each_other(signed_out, place):
    with pytest.raises(InputValidationError, match="either express_mode_api_key or project"):
        VertexAiSessionService(**place, express_mode_api_key=API_KEY)


async def test_full_name_of_the_engine_tells_project_and_location(vertex_server, monkeypatch):
    monkeypatch.delenv("GOOGLE_CLOUD_PROJECT")
    monkeypatch.delenv("GOOGLE_CLOUD_LOCATION")
    engine = f"{HOME}/reasoningEngines/77"
    async with VertexAiSessionService(agent_engine_id=engine) as service:
        await service.create_session(**IDS)
    with pytest.raises(InputValidationError, match=f"location is 'x'.*{LOCATION}"):
        VertexAiSessionService(PROJECT, "x", engine)


async def test_without_credentials_the_error_says_how_to_sign_in(signed_out):
    with pytest.raises(ServiceUnavailableError, match="gcloud auth application-default login"):
        await VertexAiSessionService("p", "l", "77").open()


async def test_refused_credentials_are_told_without_their_content(vertex_server):
    vertex_server.refuse_tokens = True
    with pytest.raises(ServiceUnavailableError, match="GOOGLE_APPLICATION_CREDENTIALS") as caught:
        await VertexAiSessionService(agent_engine_id="77").open()
    assert "assertion" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_refusals_name_the_reason_and_the_way_out(vertex_server):
    async with VertexAiSessionService("other-project", LOCATION, "77") as service:
        with pytest.raises(ServiceUnavailableError, match="403 PERMISSION_DENIED.*Vertex AI User"):
            await service.get_session(**IDS)


async def test_server_that_cannot_be_reached_is_named(vertex_server, monkeypatch):
    monkeypatch.setattr("adkconf.vertex.transport._WAITS", ())
    nowhere = "http://127.0.0.1:9"
    async with VertexAiSessionService(agent_engine_id="77", base_url=nowhere) as service:
        with pytest.raises(ServiceUnavailableError, match=r"127\.0\.0\.1 cannot be reached"):
            await service.get_session(**IDS)


@pytest.mark.parametrize("secret", [API_KEY, TOKEN])
async def test_secrets_are_in_no_error_and_no_log(vertex_server, caplog, secret):
    caplog.set_level(logging.DEBUG)
    vertex_server.faults.append(Fault("GET", 400, times=9, message=f"bad {secret}!"))
    options = {"express_mode_api_key": API_KEY} if secret == API_KEY else {}
    async with VertexAiSessionService(agent_engine_id="77", **options) as service:
        with pytest.raises(InputValidationError, match=r"bad \[secret\]!") as caught:
            await service.get_session(**IDS)
    assert secret not in f"{caught.value!r} {caught.value.__cause__!r} {service.__dict__}"
    assert secret not in caplog.text
