"""What holds for every store."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from google.genai import types

from adkconf.errors import AlreadyExistsError, InputValidationError, SessionNotFoundError
from adkconf.events.event import Event
from adkconf.sessions import BaseSessionService, GetSessionConfig, Session


def said(text: str, **fields: Any) -> Event:
    content = types.Content(role="user", parts=[types.Part(text=text)])
    return Event(invocation_id="i", author="user", content=content, **fields)


def texts(session: Session | None) -> list[str]:
    assert session is not None
    return [event.content.parts[0].text for event in session.events]


async def stored(service: BaseSessionService, session: Session, **limits: Any) -> Session:
    found = await service.get_session(
        app_name=session.app_name,
        user_id=session.user_id,
        session_id=session.id,
        config=GetSessionConfig(**limits) if limits else None,
    )
    assert found is not None
    return found


async def run_of(service: BaseSessionService, session: Session, **limits: Any) -> Session:
    found = await service.load_for_run(
        app_name=session.app_name,
        user_id=session.user_id,
        session_id=session.id,
        config=GetSessionConfig(**limits) if limits else None,
    )
    assert found is not None
    return found


async def test_session_gets_a_random_id(service, app):
    ids = {(await service.create_session(app_name=app, user_id="u")).id for _ in range(3)}
    assert len(ids) == 3
    assert "" not in ids


async def test_blanks_around_a_given_id_do_not_count(service, app):
    session = await service.create_session(app_name=app, user_id="u", session_id="  s1 ")
    assert session.id == "s1"
    assert await service.get_session(app_name=app, user_id="u", session_id=" s1") is not None
    blank = await service.create_session(app_name=app, user_id="u", session_id="   ")
    assert blank.id.strip()


async def test_taken_id_is_refused(service, app):
    await service.create_session(app_name=app, user_id="u", session_id="s", state={"a": 1})
    with pytest.raises(AlreadyExistsError, match="'s'"):
        await service.create_session(
            app_name=app, user_id="u", session_id="s", state={"user:b": 2, "app:c": 3}
        )
    session = await service.get_session(app_name=app, user_id="u", session_id="s")
    assert session.state == {"a": 1}


@pytest.mark.parametrize("other", [{"user_id": "v"}, {"user_id": "U"}, {"session_id": "S"}])
async def test_ids_are_separate_per_user_and_case(service, app, other):
    ids = {"app_name": app, "user_id": "u", "session_id": "s"}
    first = await service.create_session(**ids, state={"user:mine": 1})
    await service.append_event(first, said("secret"))
    assert await service.get_session(**{**ids, **other}) is None
    second = await service.create_session(**{**ids, **other})
    assert texts(await stored(service, second)) == []


@pytest.mark.parametrize("field", ["app_name", "user_id", "session_id"])
@pytest.mark.parametrize("value", ["x" * 129, "a\0b", "\ud800"])
async def test_ids_no_database_can_hold_are_refused(service, app, field, value):
    ids = {"app_name": app, "user_id": "u", "session_id": "s", field: value}
    with pytest.raises(InputValidationError, match=field):
        await service.create_session(**ids)
    assert await service.get_session(**ids) is None
    await service.delete_session(**ids)
    listed = await service.list_sessions(app_name=ids["app_name"], user_id=ids["user_id"])
    assert listed.sessions == []


async def test_longest_and_strangest_ids_work(service):
    name = "ü'\";--%_😀" * 12
    session = await service.create_session(app_name=name, user_id=name, session_id=name)
    await service.append_event(session, said("hi"))
    assert texts(await stored(service, session)) == ["hi"]
    await service.delete_session(app_name=name, user_id=name, session_id=name)


async def test_events_come_back_in_the_order_of_appending(service, app):
    session = await service.create_session(app_name=app, user_id="u")
    events = [said(str(n), timestamp=1_000_000_000 - n) for n in range(20)]
    for event in events:
        await service.append_event(session, event)
    found = await stored(service, session)
    assert texts(found) == [str(n) for n in range(20)]
    times = [event.timestamp for event in found.events]
    assert times == sorted(set(times)) == [event.timestamp for event in events]
    assert found.last_update_time == session.last_update_time == times[-1]


async def test_stored_event_is_equal_to_the_appended(service, app):
    session = await service.create_session(app_name=app, user_id="u")
    parts = [
        types.Part(text="ü 😀"),
        types.Part(inline_data=types.Blob(mime_type="image/png", data=b"\xff\xfe\x00?>")),
        types.Part(function_call=types.FunctionCall(id="1", name="f", args={"a": [1, None]})),
    ]
    event = Event(
        author="agent",
        content=types.Content(role="model", parts=parts),
        long_running_tool_ids={"1"},
        state={"k": {"deep": [1, 2.5, None, True]}, "n": None},
        custom_metadata={"big": 2**60},
    )
    await service.append_event(session, event)
    assert (await stored(service, session)).events == [event]


@pytest.mark.parametrize("timestamp", [float("nan"), float("inf"), 1.7e12])
async def test_times_that_are_no_unix_seconds_are_refused(service, app, timestamp):
    session = await service.create_session(app_name=app, user_id="u")
    with pytest.raises(InputValidationError, match="Unix time in seconds"):
        await service.append_event(session, said("x", timestamp=timestamp))
    assert (await stored(service, session)).events == []


async def test_fragments_are_not_stored(service, app):
    session = await service.create_session(app_name=app, user_id="u")
    await service.append_event(session, said("par", partial=True))
    assert session.events == []
    assert (await stored(service, session)).events == []


async def test_state_is_split_by_prefix(service, app):
    state = {"app:a": 1, "user:u": 2, "temp:t": 3, "s": 4}
    session = await service.create_session(app_name=app, user_id="u", state=state)
    assert session.state == {"app:a": 1, "user:u": 2, "s": 4}
    same_user = await service.create_session(app_name=app, user_id="u")
    assert same_user.state == {"app:a": 1, "user:u": 2}
    other_user = await service.create_session(app_name=app, user_id="v")
    assert other_user.state == {"app:a": 1}
    assert await service.get_user_state(app_name=app, user_id="u") == {"u": 2}
    assert await service.get_user_state(app_name=app, user_id="nobody") == {}


async def test_deltas_update_state_of_every_scope(service, app):
    session = await service.create_session(app_name=app, user_id="u", state={"a": 1, "b": 1})
    await service.append_event(
        session, Event(author="x", state={"b": 2, "app:a": 3, "user:u": [4], "temp:t": 5})
    )
    assert session.state == {"a": 1, "b": 2, "app:a": 3, "user:u": [4], "temp:t": 5}
    assert session.events[0].actions.state_delta == {"b": 2, "app:a": 3, "user:u": [4]}
    found = await stored(service, session)
    assert found.state == {"a": 1, "b": 2, "app:a": 3, "user:u": [4]}
    assert found.events[0].actions.state_delta == {"b": 2, "app:a": 3, "user:u": [4]}


async def test_temporary_state_ends_with_its_run(service, app):
    session = await service.create_session(app_name=app, user_id="u")
    run = await run_of(service, session)
    await service.append_event(run, Event(author="x", state={"temp:t": 1}))
    assert run.state == {"temp:t": 1}
    assert (await run_of(service, session)).state == {}


async def test_snapshots_are_the_callers_to_change(service, app):
    session = await service.create_session(app_name=app, user_id="u", state={"l": [1]})
    run = await run_of(service, session)
    event = said("hi", state={"d": {"k": 1}})
    await service.append_event(session, event)
    for held in (session, await stored(service, session), await run_of(service, run)):
        held.state["l"].append(2)
        held.state["d"]["k"] = 2
        held.state["new"] = 1
    snapshot = await stored(service, session)
    snapshot.events[0].content.parts[0].text = "forged"
    snapshot.events.clear()
    event.content.parts[0].text = "forged"
    for found in (await stored(service, session), await run_of(service, session)):
        assert found.state == {"l": [1], "d": {"k": 1}}
        assert texts(found) == ["hi"]
        assert found.events[0].actions.state_delta == {"d": {"k": 1}}


async def test_runs_share_one_event_list_and_what_was_computed_from_it(service, app):
    session = await service.create_session(app_name=app, user_id="u", state={"l": [1]})
    first = await run_of(service, session)
    second = await run_of(service, session)
    first.derived["cache"] = object()
    await service.append_event(first, said("one"))
    await service.append_event(session, said("two"))
    assert texts(first) == texts(second) == ["one", "two"]
    assert first.events is second.events
    assert second.derived is first.derived
    assert first.state is not second.state
    assert (await run_of(service, session)).derived["cache"] is first.derived["cache"]


async def test_limited_run_has_a_list_and_caches_of_its_own(service, app):
    session = await service.create_session(app_name=app, user_id="u")
    for n in range(5):
        await service.append_event(session, said(str(n)))
    whole, part = (
        await run_of(service, session),
        await run_of(service, session, num_recent_events=2),
    )
    assert texts(part) == ["3", "4"]
    assert part.derived is not whole.derived
    await service.append_event(part, said("5"))
    assert texts(part) == ["3", "4", "5"]
    assert texts(await run_of(service, session)) == ["0", "1", "2", "3", "4", "5"]


async def test_limits_select_events(service, app):
    session = await service.create_session(app_name=app, user_id="u")
    events = [await service.append_event(session, said(str(n))) for n in range(5)]
    third = events[2].timestamp
    for limits, expected in [
        ({"num_recent_events": 0}, ""),
        ({"num_recent_events": 2}, "34"),
        ({"num_recent_events": 9}, "01234"),
        ({"after_timestamp": 0}, "01234"),
        ({"after_timestamp": third}, "234"),
        ({"after_timestamp": third + 4e-7}, "34"),
        ({"after_timestamp": -1e300}, "01234"),
        ({"after_timestamp": 1e300}, ""),
        ({"after_timestamp": third, "num_recent_events": 1}, "4"),
        ({"after_timestamp": third, "num_recent_events": 4}, "234"),
    ]:
        assert "".join(texts(await stored(service, session, **limits))) == expected, limits
        assert "".join(texts(await run_of(service, session, **limits))) == expected, limits


async def test_holders_of_old_snapshots_may_append(service, app):
    session = await service.create_session(app_name=app, user_id="u")
    holders = [await stored(service, session) for _ in range(4)]
    for n, holder in enumerate(holders):
        await service.append_event(holder, said(str(n), state={str(n): n}))
        assert texts(holder) == [str(n)]
    found = await stored(service, session)
    assert texts(found) == ["0", "1", "2", "3"]
    assert found.state == {"0": 0, "1": 1, "2": 2, "3": 3}


async def test_event_sent_again_is_stored_once(service, app):
    session = await service.create_session(app_name=app, user_id="u")
    run = await run_of(service, session)
    event = said("once", state={"n": 1, "app:n": 1})
    first = (await service.append_event(run, event)).timestamp
    await service.append_event(run, said("later", state={"n": 2, "app:n": 2}))
    for holder in (run, session, await stored(service, session)):
        again = await service.append_event(holder, event.model_copy(deep=True))
        assert again.timestamp == first
        assert texts(holder).count("once") == 1
    found = await stored(service, session)
    assert texts(found) == ["once", "later"]
    assert found.state == {"n": 2, "app:n": 2}


async def test_same_event_id_in_two_sessions_is_two_events(service, app):
    sessions = [await service.create_session(app_name=app, user_id="u") for _ in range(2)]
    for session in sessions:
        await service.append_event(session, said("x", id="e"))
    assert [texts(await stored(service, session)) for session in sessions] == [["x"], ["x"]]


async def test_parallel_appends_all_succeed(service, app):
    session = await service.create_session(app_name=app, user_id="u")
    runs = [await run_of(service, session) for _ in range(16)]
    await asyncio.gather(
        *(service.append_event(run, said(str(n))) for n, run in enumerate(runs)),
    )
    found = await stored(service, session)
    assert sorted(map(int, texts(found))) == list(range(16))
    times = [event.timestamp for event in found.events]
    assert times == sorted(set(times))
    assert [event.id for event in runs[0].events] == [event.id for event in found.events]


async def test_parallel_writers_of_shared_state_lose_nothing(service, app):
    sessions = [await service.create_session(app_name=app, user_id=f"u{n % 3}") for n in range(30)]
    await asyncio.gather(
        *(
            service.append_event(
                session, Event(author="x", state={f"app:{n}": n, f"user:{n}": n, str(n): n})
            )
            for n, session in enumerate(sessions)
        )
    )
    found = await stored(service, sessions[0])
    assert {key: found.state[key] for key in found.state if key.startswith("app:")} == {
        f"app:{n}": n for n in range(30)
    }
    users = [await service.get_user_state(app_name=app, user_id=f"u{n}") for n in range(3)]
    assert sorted(int(key) for state in users for key in state) == list(range(30))


async def test_parallel_creation_of_one_id_succeeds_once(service, app):
    results = await asyncio.gather(
        *(
            service.create_session(app_name=app, user_id="u", session_id="s", state={"app:n": n})
            for n in range(8)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(result, Session) for result in results) == 1
    assert sum(isinstance(result, AlreadyExistsError) for result in results) == 7


async def test_listing_is_ordered_by_last_update_and_has_no_events(service, app):
    sessions = [
        await service.create_session(
            app_name=app, user_id="uv"[n % 2], session_id=str(n), state={"n": n, "app:a": 1}
        )
        for n in range(4)
    ]
    await service.append_event(sessions[0], said("now the latest", state={"user:u": 1}))
    listed = (await service.list_sessions(app_name=app)).sessions
    assert [session.id for session in listed] == ["1", "2", "3", "0"]
    assert all(session.events == [] for session in listed)
    assert listed[-1].state == {"n": 0, "app:a": 1, "user:u": 1}
    assert listed[-1].last_update_time == sessions[0].last_update_time
    of_v = (await service.list_sessions(app_name=app, user_id="v")).sessions
    assert [(session.id, session.state) for session in of_v] == [
        ("1", {"n": 1, "app:a": 1}),
        ("3", {"n": 3, "app:a": 1}),
    ]
    assert (await service.list_sessions(app_name=app, user_id="w")).sessions == []


async def test_deleted_session_is_gone_and_shared_state_stays(service, app):
    ids = {"app_name": app, "user_id": "u", "session_id": "s"}
    session = await service.create_session(**ids, state={"user:u": 1, "s": 1})
    run = await run_of(service, session)
    await service.append_event(run, said("hi"))
    await service.delete_session(**ids)
    await service.delete_session(**ids)
    assert await service.get_session(**ids) is None
    assert await service.load_for_run(**ids) is None
    with pytest.raises(SessionNotFoundError, match="does not exist"):
        await service.append_event(run, said("too late"))
    again = await service.create_session(**ids)
    assert again.state == {"user:u": 1}
    assert (await run_of(service, again)).events == []


async def test_append_to_what_never_was_says_so(service, app):
    session = Session(id="nope", app_name=app, user_id="u")
    with pytest.raises(SessionNotFoundError, match="'nope'"):
        await service.append_event(session, said("x"))


async def test_missing_session_is_none(service, app):
    assert await service.get_session(app_name=app, user_id="u", session_id="x") is None
    assert await service.load_for_run(app_name=app, user_id="u", session_id="x") is None
    await service.flush()


async def test_failing_neighbours_do_not_disturb(service, app):
    session = await service.create_session(app_name=app, user_id="u")
    ghost = Session(id="ghost", app_name=app, user_id="u")
    holders = [ghost if n % 3 == 0 else session for n in range(15)]
    results = await asyncio.gather(
        *(service.append_event(holder, said(str(n))) for n, holder in enumerate(holders)),
        service.create_session(app_name=app, user_id="u", session_id=session.id),
        return_exceptions=True,
    )
    failed = [n for n, result in enumerate(results[:-1]) if isinstance(result, Exception)]
    assert failed == [0, 3, 6, 9, 12]
    assert isinstance(results[-1], AlreadyExistsError)
    assert len((await stored(service, session)).events) == 10


async def test_cancelled_append_leaves_all_or_nothing(service, app):
    session = await service.create_session(app_name=app, user_id="u")
    run = await run_of(service, session)
    for n in range(10):
        task = asyncio.ensure_future(
            service.append_event(run, Event(id=str(n), author="x", state={str(n): n}))
        )
        await asyncio.sleep(0.0002 * n)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await service.append_event(run, said("last", id="last"))
    # What was cancelled may still be on its way; whole is what there is at any time.
    found = await stored(service, session)
    ids = [event.id for event in found.events]
    assert found.state.keys() == set(ids) - {"last"}
    later = [event.id for event in (await run_of(service, session)).events]
    assert later[: len(ids)] == ids
