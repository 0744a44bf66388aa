"""Whatever happens to them, the stores stay equal."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule

from adkconf.errors import AlreadyExistsError, SessionNotFoundError
from adkconf.events.event import Event
from adkconf.sessions import (
    BaseSessionService,
    DatabaseSessionService,
    GetSessionConfig,
    InMemorySessionService,
    Session,
)
from adkconf.sessions.sqlite_session_service import SqliteSessionService

users = st.sampled_from(["u", "v"])
session_ids = st.sampled_from(["s1", "s2", " s1 ", ""])
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.text(max_size=3)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=4,
)
keys = st.sampled_from(["k", "l", "app:k", "app:l", "user:k", "temp:k", "app:"])
states = st.dictionaries(keys, values, max_size=3)
Ids = tuple[str, str]


class Stores(RuleBasedStateMachine):
    """One in memory, the others in files of both layouts; one of these is opened anew at times."""

    sessions = Bundle("sessions")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.directory = tempfile.TemporaryDirectory()
        self.services: list[BaseSessionService] = []
        self.held: dict[tuple[int, Ids], Session] = {}
        self.count = 0

    @initialize()
    def open(self) -> None:
        self.services = [InMemorySessionService(), *(self.connect(n) for n in (1, 2))]

    def connect(self, number: int) -> BaseSessionService:
        path = Path(self.directory.name) / f"{number}.db"
        if number == 1:
            return DatabaseSessionService(f"sqlite:///{path}", synchronous="NORMAL")
        return SqliteSessionService(path, synchronous="NORMAL")

    def on_all(self, act: Any) -> Any:
        """Does the same to every store, expects the same of it, and returns that."""
        results = []
        for number, service in enumerate(self.services):
            try:
                results.append(self.loop.run_until_complete(act(number, service)))
            except (AlreadyExistsError, SessionNotFoundError) as error:
                results.append((type(error), str(error)))
        assert results[0] == results[1] == results[2]
        return results[0]

    @rule(target=sessions, user=users, session_id=session_ids, state=states)
    def create(self, user: str, session_id: str, state: dict[str, Any]) -> Ids:
        self.count += 1
        given = session_id or f"random{self.count}"

        async def act(number: int, service: BaseSessionService) -> Any:
            session = await service.create_session(
                app_name="app", user_id=user, session_id=given, state=state
            )
            self.held[number, (user, session.id)] = session
            return view(session)

        self.on_all(act)
        return user, given.strip()

    @rule(
        ids=sessions,
        config=st.builds(GetSessionConfig, num_recent_events=st.none() | st.integers(0, 3)),
    )
    def get(self, ids: Ids, config: GetSessionConfig) -> None:
        async def act(_number: int, service: BaseSessionService) -> Any:
            names = {"app_name": "app", "user_id": ids[0], "session_id": ids[1]}
            found = await service.get_session(**names, config=config)
            run = await service.load_for_run(**names, config=config)
            assert view(run) == view(found)
            return view(found)

        self.on_all(act)

    @rule(ids=sessions)
    def hold(self, ids: Ids) -> None:
        """From now on the holder appends as a run does."""

        async def act(number: int, service: BaseSessionService) -> Any:
            run = await service.load_for_run(app_name="app", user_id=ids[0], session_id=ids[1])
            if run is not None:
                self.held[number, ids] = run
            return view(run)

        self.on_all(act)

    @rule(ids=sessions, state=states, again=st.booleans())
    def append(self, ids: Ids, state: dict[str, Any], again: bool) -> None:
        self.count += not again
        name = f"e{self.count}"

        async def act(number: int, service: BaseSessionService) -> Any:
            holder = self.held.get((number, ids))
            if holder is None:
                return None
            event = Event(id=name, author="x", invocation_id="i", state=dict(state))
            await service.append_event(holder, event)
            assert [each.id for each in holder.events].count(name) == 1
            return view(holder)

        self.on_all(act)

    @rule(ids=sessions, place=st.integers(0, 5))
    def select_by_time(self, ids: Ids, place: int) -> None:
        async def act(_number: int, service: BaseSessionService) -> Any:
            names = {"app_name": "app", "user_id": ids[0], "session_id": ids[1]}
            found = await service.get_session(**names)
            if found is None or place >= len(found.events):
                return None
            config = GetSessionConfig(after_timestamp=found.events[place].timestamp)
            later = await service.get_session(**names, config=config)
            assert len(later.events) == len(found.events) - place
            return view(later)

        self.on_all(act)

    @rule(ids=sessions)
    def delete(self, ids: Ids) -> None:
        async def act(_number: int, service: BaseSessionService) -> Any:
            await service.delete_session(app_name="app", user_id=ids[0], session_id=ids[1])

        self.on_all(act)

    @rule(user=st.none() | users)
    def list(self, user: str | None) -> None:
        async def act(_number: int, service: BaseSessionService) -> Any:
            listed = (await service.list_sessions(app_name="app", user_id=user)).sessions
            times = [session.last_update_time for session in listed]
            assert times == sorted(times)
            state = await service.get_user_state(app_name="app", user_id=user or "u")
            return sorted(map(repr, map(view, listed))), state

        self.on_all(act)

    @rule(number=st.sampled_from([1, 2]))
    def open_anew(self, number: int) -> None:
        self.loop.run_until_complete(self.services[number].close())
        self.services[number] = self.connect(number)

    def teardown(self) -> None:
        for service in self.services:
            self.loop.run_until_complete(service.close())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()
        self.directory.cleanup()


def view(session: Session | None) -> Any:
    """Everything but the times, which differ from store to store."""
    if session is None:
        return None
    times = [event.timestamp for event in session.events]
    assert times == sorted(set(times))
    events = [(event.id, event.actions.state_delta) for event in session.events]
    return session.user_id, session.id, session.state, events


TestStores = Stores.TestCase
TestStores.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
