"""Brings sessions of older layouts into tables of schema 1, in another database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from adkconf.errors import InputValidationError, ServiceError
from adkconf.sessions.session_key import SessionKey
from adkconf.sessions.sql.event_json import load_events
from adkconf.sessions.sql.legacy_events import convert_event, legacy_events
from adkconf.sessions.sql.rows import EventRow, SessionRow
from adkconf.sessions.sql.schema import find_layout, legacy_columns, prepare_tables
from adkconf.sessions.sql.statements import Statements
from adkconf.sessions.sql.tables import SQLITE_ONLY, VERSION_1, Tables
from adkconf.sessions.sql.transactions import Transactions
from adkconf.sessions.state_scopes import StateScopes
from adkconf.sql.database import Database


class Survey(NamedTuple):
    """What there is to migrate; `layout` tells from what."""

    layout: str
    sessions: int
    events: int


class Migration:
    """Reads one database and writes another; the first stays as it is.

    Sessions are moved one by one, each whole or not at all. Those that are there already are
    passed over, so that what was interrupted goes on when it is started again.
    """

    def __init__(self, source: Database) -> None:
        self._source = source
        self._tables: Tables = SQLITE_ONLY
        self._statements = Statements(SQLITE_ONLY, source.dialect)
        self._legacy: set[str] = set()

    async def survey(self) -> Survey:
        """Looks what there is.

        Raises:
            InputValidationError: there is nothing to migrate.
            ServiceError: the database is not one of sessions.
        """
        self._legacy = await self._source.read(legacy_columns)
        if not self._legacy:
            found = await self._source.read(partial(find_layout, place=self._source.place))
            if found is not SQLITE_ONLY:
                what = "is empty" if found is None else "has schema 1 already"
                raise InputValidationError(f"{self._source.place} {what}: nothing to migrate")
        self._tables = VERSION_1 if self._legacy else SQLITE_ONLY
        self._statements = Statements(self._tables, self._source.dialect)
        sessions, events = await self._source.read(self._count)
        return Survey("schema 0" if self._legacy else "the SQLite-only layout", sessions, events)

    async def check(self, moved: Callable[[], None]) -> None:
        """Reads all events, and writes nothing; `moved` is called for each session.

        Raises:
            ServiceError: one cannot be read.
        """
        for key in await self._source.read(self._keys):
            await self._source.read(partial(self._read, key=key))
            moved()

    async def run(self, target: Database, moved: Callable[[], None]) -> None:
        """Writes all that is missing in `target`; `moved` is called for each session.

        Raises:
            ServiceError: an event cannot be read, or the target has another session of an id.
        """
        tables = await prepare_tables(target, VERSION_1)
        sql = Transactions(Statements(tables, target.dialect))
        for key, row in await self._source.read(self._shared_states):
            await target.write(partial(_write_shared, sql=sql, key=key, row=row))
        for key in await self._source.read(self._keys):
            session, events = await self._source.read(partial(self._read, key=key))
            work = partial(_write, sql=sql, key=key, session=session, events=events)
            await target.write(work)
            moved()

    def _count(self, connection: Connection) -> tuple[int, int]:
        sessions = connection.execute(select(func.count()).select_from(self._tables.sessions))
        events = connection.execute(select(func.count()).select_from(self._tables.events))
        return sessions.scalar_one(), events.scalar_one()

    def _keys(self, connection: Connection) -> list[SessionKey]:
        table = self._tables.sessions
        columns = table.c.app_name, table.c.user_id, table.c.id
        return [SessionKey(*row) for row in connection.execute(select(*columns).order_by(*columns))]

    def _shared_states(self, connection: Connection) -> list[tuple[SessionKey, SessionRow]]:
        """Reads what apps and users have, also those without a session."""
        apps, users = self._tables.app_states, self._tables.user_states
        return [
            *(
                (
                    SessionKey(row.app_name, "", ""),
                    SessionRow(row.update_time, row.update_time, StateScopes(row.state, {}, {})),
                )
                for row in connection.execute(select(apps))
            ),
            *(
                (
                    SessionKey(row.app_name, row.user_id, ""),
                    SessionRow(row.update_time, row.update_time, StateScopes({}, row.state, {})),
                )
                for row in connection.execute(select(users))
            ),
        ]

    def _read(
        self, connection: Connection, key: SessionKey
    ) -> tuple[SessionRow, Sequence[EventRow]]:
        ids = {"app": key.app_name, "user": key.user_id, "session": key.session_id}
        session = Transactions(self._statements).read(connection, key)
        if session is None:
            raise ServiceError(f"{self._source.place} changes meanwhile; stop what writes to it")
        try:
            if self._legacy:
                query = legacy_events(self._legacy)
                return session, [convert_event(each) for each in connection.execute(query, ids)]
            events = [EventRow(*row) for row in self._statements.events.read.rows(connection, ids)]
            load_events(events)
        except ServiceError as error:
            where = f"session {key.session_id!r} of user {key.user_id!r} in {key.app_name!r}"
            raise ServiceError(f"{where}: {error}") from error
        return session, events


def _write_shared(
    connection: Connection, sql: Transactions, key: SessionKey, row: SessionRow
) -> None:
    scopes = row.scopes
    if key.user_id:
        sql.update_shared(connection, "user", key, scopes.user, row.update_time)
    else:
        sql.update_shared(connection, "app", key, scopes.app, row.update_time)


def _write(
    connection: Connection,
    sql: Transactions,
    key: SessionKey,
    session: SessionRow,
    events: Sequence[EventRow],
) -> None:
    updated = max([session.update_time, *(event.timestamp for event in events)])
    if (there := sql.read(connection, key)) is not None:
        if there.update_time != updated:
            raise ServiceError(
                f"the target has another session {key.session_id!r} of user {key.user_id!r} in "
                f"{key.app_name!r}; choose an empty database"
            )
        return
    # What app and user have is there already, also that of those without a session.
    own = StateScopes({}, {}, session.scopes.session)
    sql.create(connection, key, own, session.create_time)
    sql.add_events(connection, key, events, updated)
