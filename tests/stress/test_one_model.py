"""Every store does the same: one random walk over all of them at once, compared at each step."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)

from adkconf.errors import AdkconfError
from adkconf.events.event import Event
from adkconf.sessions import (
    BaseSessionService,
    DatabaseSessionService,
    GetSessionConfig,
    InMemorySessionService,
    Session,
)
from adkconf.sessions.pruning import prune
from adkconf.sessions.session_page import PageRequest
from adkconf.sessions.sqlite_session_service import SqliteSessionService
from tests.stress.report import report

LONG_WALKS = 300

USERS = st.sampled_from(["ann", "Ann", "bob"])
IDS = st.sampled_from(["s1", "S1", "s2", "ü", "a'b"])
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 2**40),
    st.text("aé😀'\\", max_size=4),
    st.lists(st.integers(0, 3), max_size=2),
    st.just({"deep": {"x": 1.5}}),
)
STATES = st.dictionaries(
    st.sampled_from(["a", "b", "app:a", "user:a", "user:b", "temp:t"]), VALUES, max_size=3
)


class Stores(RuleBasedStateMachine):
    """Times are given, so that they are equal, too; those of creation differ and are left out."""

    keys = Bundle("keys")
    services: dict[str, BaseSessionService]
    runner: asyncio.Runner

    @initialize()
    def begin(self) -> None:
        self.app = f"app_{uuid4().hex}"
        self.clock = 1e9
        self.number = 0

    def on_each(self, call: Callable[[BaseSessionService], Awaitable[Any]]) -> Any:
        """Calls the same on each store; returns the outcome that all of them have."""

        async def tried(service: BaseSessionService) -> Any:
            try:
                return await call(service)
            except AdkconfError as error:
                return type(error).__name__

        async def all_tried() -> dict[str, Any]:
            return {name: await tried(service) for name, service in self.services.items()}

        outcomes = self.runner.run(all_tried())
        first = next(iter(outcomes.values()))
        assert all(outcome == first for outcome in outcomes.values()), outcomes
        return first

    def ids(self, key: tuple[str, str]) -> dict[str, Any]:
        return {"app_name": self.app, "user_id": key[0], "session_id": key[1]}

    @rule(target=keys, user=USERS, session_id=IDS, state=STATES)
    def create(self, user: str, session_id: str, state: dict[str, Any]) -> Any:
        key = (user, session_id)

        async def call(service: BaseSessionService) -> Any:
            return seen(await service.create_session(**self.ids(key), state=dict(state)))

        return key if isinstance(self.on_each(call), tuple) else multiple()

    @rule(key=keys, state=STATES, again=st.booleans(), text=st.text("aü", max_size=3))
    def append(self, key: tuple[str, str], state: dict[str, Any], again: bool, text: str) -> None:
        if not again:
            self.number += 1
            self.clock += 1
        number, time = self.number, self.clock

        async def call(service: BaseSessionService) -> Any:
            session = await service.load_for_run(**self.ids(key))
            if session is None:
                return None
            event = Event(
                id=f"e{number}",
                author="x",
                output=text,
                state=dict(state),
                timestamp=time,
                invocation_id=f"i{number}",
            )
            await service.append_event(session, event)
            return seen(session)

        self.on_each(call)

    @rule(key=keys, most=st.none() | st.integers(0, 4), since=st.none() | st.integers(0, 5))
    def get(self, key: tuple[str, str], most: int | None, since: int | None) -> None:
        """Reads at most so many events, from the one at a place on."""

        async def call(service: BaseSessionService) -> Any:
            limits = GetSessionConfig(num_recent_events=most)
            if since is not None and (whole := await service.get_session(**self.ids(key))):
                behind = whole.events[since:] or whole.events[-1:]
                limits.after_timestamp = behind[0].timestamp if behind else 0.0
            found = await service.get_session(**self.ids(key), config=limits)
            return None if found is None else seen(found)

        self.on_each(call)

    @rule(user=st.none() | USERS)
    def list_all(self, user: str | None) -> None:
        async def call(service: BaseSessionService) -> Any:
            listed = await service.list_sessions(app_name=self.app, user_id=user)
            return sorted((seen(each) for each in listed.sessions), key=repr)

        self.on_each(call)

    @rule(user=st.none() | USERS, size=st.integers(1, 3))
    def page_through(self, user: str | None, size: int) -> None:
        async def call(service: BaseSessionService) -> Any:
            found, sizes, behind = [], [], None
            while True:
                request = PageRequest(app_name=self.app, user_id=user, size=size, behind=behind)
                page = await service.list_session_page(request)
                sizes.append(len(page.sessions))
                found += [seen(each) for each in page.sessions]
                if (behind := page.next) is None:
                    # Databases put letters in an order of their own.
                    return sizes, sorted(found, key=repr)

        self.on_each(call)

    @rule(key=keys)
    def delete(self, key: tuple[str, str]) -> None:
        self.on_each(lambda service: service.delete_session(**self.ids(key)))

    @rule(key=keys, state=st.dictionaries(st.sampled_from(["a", "b"]), VALUES, max_size=2))
    def rewind(self, key: tuple[str, str], state: dict[str, Any]) -> None:
        self.number += 1
        self.clock += 1
        number, time = self.number, self.clock

        async def call(service: BaseSessionService) -> Any:
            session = await service.load_for_run(**self.ids(key))
            if session is None:
                return None
            event = Event(id=f"e{number}", author="user", timestamp=time)
            event.actions.rewind_before_invocation_id = "i1"
            await service.rewind(session, event, dict(state))
            return await service.initial_state(**self.ids(key))

        self.on_each(call)

    @rule(user=st.none() | USERS)
    def prune_all(self, user: str | None) -> None:
        async def call(service: BaseSessionService) -> Any:
            return await prune(service, self.app, updated_before=4e9, user_id=user)

        self.on_each(call)

    @rule(user=USERS)
    def shared_state(self, user: str) -> None:
        self.on_each(lambda service: service.get_user_state(app_name=self.app, user_id=user))


def seen(session: Session) -> tuple[Any, ...]:
    """What a client sees of a session, but for times, which depend on when it was created."""
    events = [event.model_dump(exclude={"timestamp"}, mode="json") for event in session.events]
    return session.user_id, session.id, session.state, events


@pytest.fixture
def walk() -> Iterator[Callable[[dict[str, BaseSessionService], int, int], None]]:
    """Walks over stores, so many times and steps."""
    with asyncio.Runner() as runner:
        opened: list[BaseSessionService] = []

        def go(services: dict[str, BaseSessionService], walks: int, steps: int) -> None:
            opened.extend(services.values())
            machine = type("Walk", (Stores,), {"services": services, "runner": runner})
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=walks,
                    stateful_step_count=steps,
                    deadline=None,
                    database=None,
                    derandomize=walks < LONG_WALKS,
                    suppress_health_check=list(HealthCheck),
                ),
            )

        yield go
        for service in opened:
            runner.run(service.close())


def embedded(folder: Path) -> dict[str, BaseSessionService]:
    return {
        "memory": InMemorySessionService(),
        "sqlite": DatabaseSessionService(f"sqlite:///{folder / 'a.db'}", synchronous="NORMAL"),
        "sqlite only": SqliteSessionService(folder / "b.db", synchronous="NORMAL"),
    }


def test_embedded_stores_are_alike(tmp_path, walk):
    walk(embedded(tmp_path), 8, 20)


@pytest.mark.stress
@pytest.mark.timeout(3600)
def test_all_stores_are_alike(tmp_path, walk, postgresql_url, mariadb_url):
    servers = {url: DatabaseSessionService(url) for url in (postgresql_url, mariadb_url)}
    walk({**embedded(tmp_path), **servers}, LONG_WALKS, 50)
    report("one model", walks=LONG_WALKS, steps=50, stores=5)
