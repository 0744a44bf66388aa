"""Sessions in a SQL database: SQLite, PostgreSQL, MySQL or MariaDB."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Self

from sqlalchemy.ext.asyncio import AsyncEngine

from adkconf.events.event import Event
from adkconf.sessions.base_session_service import (
    BaseSessionService,
    GetSessionConfig,
    ListSessionsResponse,
)
from adkconf.sessions.event_time import from_utc, now, to_utc
from adkconf.sessions.live_session import as_session
from adkconf.sessions.session import Session
from adkconf.sessions.session_key import SessionKey
from adkconf.sessions.session_page import PageRequest, SessionPage
from adkconf.sessions.sql.event_json import dump_event
from adkconf.sessions.sql.event_log import EventLog, parse
from adkconf.sessions.sql.paging import read_page
from adkconf.sessions.sql.restoration import restore
from adkconf.sessions.sql.schema import prepare_tables
from adkconf.sessions.sql.statements import Statements
from adkconf.sessions.sql.tables import SCHEMA_VERSION, VERSION_1
from adkconf.sessions.sql.transactions import Transactions
from adkconf.sessions.state_json import json_value
from adkconf.sessions.state_scopes import StateScopes, copy_state
from adkconf.sql.condition import DatabaseCondition
from adkconf.sql.connect import Synchronous, connect
from adkconf.sql.examination import examine


class DatabaseSessionService(BaseSessionService):
    """Keeps sessions in google-adk's tables (schema version 1), which it makes when missing.

    `db_url` is a URL of SQLAlchemy's; a dialect without a driver gets a suitable one. Or give
    `db_engine`, an engine of yours, which `close` leaves open. `synchronous` is SQLite's setting:
    with NORMAL a power failure may undo the last commits, a crash of the process does not.
    Other options go to SQLAlchemy's engine.

    Any number of processes may append to the same sessions. A session in use stays in memory: a
    run reads whether others changed it, and the events that are new. Use one event loop at a time.

    Raises:
        InputValidationError: not one of URL and engine, or one that cannot be used.
        MissingExtraError: the database's driver is not installed.
    """

    _layout = VERSION_1

    def __init__(
        self,
        db_url: str | None = None,
        *,
        db_engine: AsyncEngine | None = None,
        synchronous: Synchronous | None = None,
        **engine_options: Any,
    ) -> None:
        self._database = connect(
            db_url, db_engine=db_engine, synchronous=synchronous, engine_options=engine_options
        )
        self._log: EventLog | None = None
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        """Connects, checks the tables and makes those missing; without it the first call does.

        Raises:
            ServiceUnavailableError: the database cannot be reached or written.
            ServiceError: it holds other tables than expected.
        """
        await self._opened()

    async def close(self) -> None:
        """Finishes what is under way and closes the connections."""
        if self._log is not None:
            await self._log.close()
        await self._database.close()

    async def examine(self) -> DatabaseCondition:
        """Tells how the database is; see `Examinable.examine`."""
        await self._opened()
        tables = await prepare_tables(self._database, self._layout)
        layout = f"schema {SCHEMA_VERSION}" if tables.versions is not None else "SQLite layout"
        return await examine(self._database, layout, (tables.sessions, tables.events))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def create_session(
        self,
        *,
        app_name: str,
        user_id: str,
        state: dict[str, Any] | None = None,
        session_id: str | None = None,
    ) -> Session:
        """Creates a session; see `BaseSessionService.create_session`.

        Raises:
            AlreadyExistsError: the id is taken for this app and user.
            InputValidationError: an id is too long, or JSON cannot carry a state value.
        """
        key = SessionKey.new(app_name, user_id, session_id)
        scopes = StateScopes.split(state or {}, json_value)
        created = now()
        sql = (await self._opened()).sql
        work = partial(sql.create, key=key, scopes=scopes, moment=to_utc(created))
        return as_session(key, (await self._database.write(work)).merge(), [], created)

    async def get_session(
        self,
        *,
        app_name: str,
        user_id: str,
        session_id: str,
        config: GetSessionConfig | None = None,
    ) -> Session | None:
        """Reads a session from the database, or returns None."""
        key = SessionKey.of(app_name, user_id, session_id)
        if not key.storable:
            return None
        config = config or GetSessionConfig()
        since = config.after_timestamp
        work = partial(
            (await self._opened()).sql.read_with_events,
            key=key,
            most=config.num_recent_events,
            since=None if since is None else to_utc(since),
        )
        found = await self._database.read(work)
        if found is None:
            return None
        session, rows = found
        # The database rounds `since` to microseconds.
        events = config.select(await parse(rows))
        return as_session(key, session.scopes.merge(), events, from_utc(session.update_time))

    async def load_for_run(
        self,
        *,
        app_name: str,
        user_id: str,
        session_id: str,
        config: GetSessionConfig | None = None,
    ) -> Session | None:
        """Returns the session in memory after reading what is new; with limits, a copy."""
        key = SessionKey.of(app_name, user_id, session_id)
        if config is not None and config.limits:
            return await self.get_session(
                app_name=app_name, user_id=user_id, session_id=session_id, config=config
            )
        if not key.storable:
            return None
        return await (await self._opened()).load(key)

    async def list_sessions(
        self, *, app_name: str, user_id: str | None = None
    ) -> ListSessionsResponse:
        """Lists sessions with their state, in three queries however many they are."""
        if not SessionKey.of(app_name, user_id or "", "").storable:
            return ListSessionsResponse()
        sql = (await self._opened()).sql
        found = await self._database.read(partial(sql.list, app_name=app_name, user_id=user_id))
        sessions = [
            as_session(key, copy_state(row.scopes.merge()), [], from_utc(row.update_time))
            for key, row in found
        ]
        return ListSessionsResponse(sessions=sessions)

    async def list_session_page(self, page: PageRequest) -> SessionPage:
        """Reads the sessions of the page, and no others."""
        if not SessionKey.of(page.app_name, page.user_id or "", "").storable:
            return SessionPage()
        if page.behind is not None and not SessionKey(page.app_name, *page.behind).storable:
            return SessionPage()
        sql = (await self._opened()).sql
        return await self._database.read(partial(read_page, sql=sql.statements, page=page))

    async def delete_session(self, *, app_name: str, user_id: str, session_id: str) -> None:
        """Deletes a session with its events; one that does not exist is no error."""
        key = SessionKey.of(app_name, user_id, session_id)
        if not key.storable:
            return
        log = await self._opened()
        await self._database.write(partial(log.sql.delete, key=key))
        log.forget(key)

    async def delete_rested_session(
        self, *, app_name: str, user_id: str, session_id: str, updated_before: float
    ) -> bool:
        """Deletes a session that did not change since a Unix time, in one transaction."""
        key = SessionKey.of(app_name, user_id, session_id)
        if not key.storable:
            return False
        moment = to_utc(updated_before)
        log = await self._opened()
        work = partial(log.sql.delete_rested, key=key, moment=moment)
        if deleted := await self._database.write(work):
            log.forget(key)
        return deleted

    async def get_user_state(self, *, app_name: str, user_id: str) -> dict[str, Any]:
        """Returns the user's state, keys without the `user:` prefix."""
        if not SessionKey.of(app_name, user_id, "").storable:
            return {}
        sql = (await self._opened()).sql
        return await self._database.read(partial(sql.read_user, app_name=app_name, user_id=user_id))

    async def initial_state(
        self, *, app_name: str, user_id: str, session_id: str
    ) -> dict[str, Any]:
        """Returns what the session was created with, if its first event was stored here."""
        key = SessionKey.of(app_name, user_id, session_id)
        if not key.storable:
            return {}
        sql = (await self._opened()).sql
        return await self._database.read(partial(sql.read_initial_state, key=key))

    async def count_events(
        self, *, app_name: str, user_id: str | None = None
    ) -> dict[tuple[str, str], int]:
        """Counts in the database."""
        if not SessionKey.of(app_name, user_id or "", "").storable:
            return {}
        sql = (await self._opened()).sql
        return await self._database.read(partial(sql.count, app_name=app_name, user_id=user_id))

    async def restore_session(self, session: Session, initial_state: dict[str, Any]) -> None:
        """Stores a session as it was elsewhere; see `BaseSessionService.restore_session`."""
        key = SessionKey.new(session.app_name, session.user_id, session.id)
        events = [dump_event(event) for event in session.events]
        work = partial(
            restore,
            sql=(await self._opened()).sql,
            key=key,
            scopes=StateScopes.split(session.state, json_value),
            initial_state={name: json_value(name, initial_state[name]) for name in initial_state},
            events=events,
            updated=session.last_update_time,
        )
        await self._database.write(work)

    async def append_event(self, session: Session, event: Event) -> Event:
        """Stores an event; when this returns it is on the disk.

        A session that others appended to meanwhile is no error: events are kept in the order in
        which they arrive. Sending an event again stores it once.

        Raises:
            SessionNotFoundError: the session was deleted.
            InputValidationError: the event holds a value that JSON cannot carry.
        """
        if event.partial:
            return event
        return await (await self._opened()).store(session, event)

    async def rewind(self, session: Session, event: Event, state: dict[str, Any]) -> Event:
        """Stores the event of a rewind; see `BaseSessionService.rewind`."""
        return await (await self._opened()).store(session, event, state)

    async def _opened(self) -> EventLog:
        if self._log is None:
            async with self._opening:
                return self._log or await self._prepare()
        return self._log

    async def _prepare(self) -> EventLog:
        tables = await prepare_tables(self._database, self._layout)
        self._log = EventLog(
            self._database, Transactions(Statements(tables, self._database.dialect))
        )
        return self._log
