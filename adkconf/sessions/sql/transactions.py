"""What a transaction does, on a synchronous connection; who runs it commits it.

Rows are locked in the order session, app, user, so that no two transactions wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from adkconf.sessions.event_time import from_utc, next_timestamp, to_utc
from adkconf.sessions.session_key import SessionKey
from adkconf.sessions.sql.rows import (
    INITIAL_STATE,
    Appended,
    Catchup,
    EventRow,
    NewEvent,
    Revision,
    SessionRow,
)
from adkconf.sessions.sql.statements import Statements
from adkconf.sessions.state_scopes import StateScopes
from adkconf.sql.prepared import Prepared

_BEFORE_ALL = to_utc(0)


class Transactions:
    """The operations on one layout of tables in one SQL dialect."""

    def __init__(self, statements: Statements) -> None:
        self._sql = statements

    @property
    def statements(self) -> Statements:
        """What it is made of, for transactions that are written elsewhere."""
        return self._sql

    def create(
        self, connection: Connection, key: SessionKey, scopes: StateScopes, moment: datetime
    ) -> StateScopes:
        """Creates a session and returns all the state it sees.

        Raises:
            AlreadyExistsError: the id is taken.
        """
        row = {
            "app_name": key.app_name,
            "user_id": key.user_id,
            "id": key.session_id,
            "state": scopes.session,
            "create_time": moment,
            "update_time": moment,
        }
        if not self._sql.sessions.add.change(connection, row):
            raise key.taken()
        return StateScopes(
            app=self.update_shared(connection, "app", key, scopes.app, moment),
            user=self.update_shared(connection, "user", key, scopes.user, moment),
            session=scopes.session,
        )

    def read(self, connection: Connection, key: SessionKey) -> SessionRow | None:
        """Reads a session with all the state it sees."""
        row = self._sql.sessions.read.row(connection, _ids(key))
        if row is None:
            return None
        created, updated, app, user, own = row
        return SessionRow(created, updated, StateScopes(app or {}, user or {}, own))

    def read_with_events(
        self,
        connection: Connection,
        key: SessionKey,
        *,
        most: int | None,
        since: datetime | None,
    ) -> tuple[SessionRow, Sequence[EventRow]] | None:
        """Reads a session with its `most` recent events, and none before `since`."""
        session = self.read(connection, key)
        if session is None:
            return None
        if most == 0:
            return session, []
        parameters = {**_ids(key), "most": most, "moment": since}
        events = self._sql.events
        if most is None:
            oldest = events.read if since is None else events.read_since
            return session, _events(oldest, connection, parameters)
        latest = events.read_recent if since is None else events.read_recent_since
        return session, _events(latest, connection, parameters)[::-1]

    def catch_up(
        self, connection: Connection, key: SessionKey, known: Revision | None
    ) -> Catchup | None:
        """Reads a session, and only those events that a holder of `known` lacks."""
        session = self.read(connection, key)
        if session is None:
            return None
        created, updated, _ = session
        rows, revision = self.missed(connection, key, known, created, updated)
        if revision is not None:
            return Catchup(session, rows, whole=False, revision=revision)
        rows = _events(self._sql.events.read, connection, _ids(key))
        newest = rows[-1].timestamp if rows else _BEFORE_ALL
        return Catchup(session, rows, whole=True, revision=Revision(created, updated, newest))

    def append(
        self, connection: Connection, key: SessionKey, event: NewEvent, known: Revision | None
    ) -> Appended:
        """Stores an event behind all others, unless its id is stored already.

        Raises:
            SessionNotFoundError: the session does not exist (any more).
        """
        session = self._sql.sessions.lock.row(connection, _ids(key))
        if session is None:
            raise key.not_found()
        created, updated, state = session
        missed, revision = self.missed(connection, key, known, created, updated)
        timestamp = next_timestamp(event.timestamp, from_utc(updated))
        moment = to_utc(timestamp)
        data = {**event.data, "timestamp": timestamp}
        if state and updated == created:
            data[INITIAL_STATE] = state
        row = EventRow(event.id, event.invocation_id, moment, data)
        if not self._sql.events.add.change(connection, {**_owner(key), **row._asdict()}):
            ids = {**_ids(key), "event": event.id}
            stored = self._sql.events.read_time.value(connection, ids)
            return Appended(stored, False, missed, revision)
        self._apply(connection, key, event, state, moment)
        if revision is not None:
            revision = Revision(created, moment, moment)
        return Appended(moment, True, missed, revision)

    def list(
        self, connection: Connection, app_name: str, user_id: str | None
    ) -> Sequence[tuple[SessionKey, SessionRow]]:
        """Reads the sessions of a user or of all users, least recently updated first."""
        ids = {"app": app_name, "user": user_id}
        lists = self._sql.lists
        app = self._sql.apps.read.value(connection, ids) or {}
        if user_id is None:
            users = {row.user_id: row.state for row in connection.execute(lists.users, ids)}
            rows = connection.execute(lists.sessions, ids)
        else:
            users = {user_id: self.read_user(connection, app_name, user_id)}
            rows = connection.execute(lists.sessions_of_user, ids)
        return [
            (
                SessionKey(row.app_name, row.user_id, row.id),
                SessionRow(
                    row.create_time,
                    row.update_time,
                    StateScopes(app, users.get(row.user_id, {}), row.state),
                ),
            )
            for row in rows
        ]

    def count(
        self, connection: Connection, app_name: str, user_id: str | None
    ) -> dict[tuple[str, str], int]:
        """Counts events by user and session."""
        lists = self._sql.lists
        counts = lists.counts if user_id is None else lists.counts_of_user
        rows = connection.execute(counts, {"app": app_name, "user": user_id})
        return {(user, session): count for user, session, count in rows}

    def add_events(
        self, connection: Connection, key: SessionKey, events: Sequence[EventRow], moment: datetime
    ) -> None:
        """Stores events under the times that they have, and the session's last update."""
        rows = [{**_owner(key), **event._asdict()} for event in events]
        if rows:
            connection.execute(self._sql.events.add.statement, rows)
        self._sql.sessions.touch.change(connection, {**_ids(key), "moment": moment})

    def delete(self, connection: Connection, key: SessionKey) -> None:
        """Deletes a session with its events."""
        self._sql.events.delete.change(connection, _ids(key))
        self._sql.sessions.delete.change(connection, _ids(key))

    def delete_rested(self, connection: Connection, key: SessionKey, moment: datetime) -> bool:
        """Deletes a session that did not change since a moment; tells whether it did."""
        session = self._sql.sessions.lock.row(connection, _ids(key))
        if session is None:
            return False
        _, updated, _ = session
        if updated >= moment:
            return False
        self.delete(connection, key)
        return True

    def read_user(self, connection: Connection, app_name: str, user_id: str) -> dict[str, Any]:
        """Reads the state of a user."""
        ids = {"app": app_name, "user": user_id}
        state: dict[str, Any] | None = self._sql.users.read.value(connection, ids)
        return state or {}

    def read_initial_state(self, connection: Connection, key: SessionKey) -> dict[str, Any]:
        """Reads the state that a session was created with; empty when this was not kept."""
        first = _events(self._sql.events.read_first, connection, _ids(key))
        state: dict[str, Any] = (first[0].event_data or {}).get(INITIAL_STATE, {}) if first else {}
        return state

    def read_event_time(
        self, connection: Connection, key: SessionKey, event_id: str
    ) -> datetime | None:
        """Reads when an event was stored, if it was."""
        ids = {**_ids(key), "event": event_id}
        stored: datetime | None = self._sql.events.read_time.value(connection, ids)
        return stored

    def missed(
        self,
        connection: Connection,
        key: SessionKey,
        known: Revision | None,
        created: datetime,
        updated: datetime,
    ) -> tuple[Sequence[EventRow], Revision | None]:
        """Reads what a holder of `known` lacks, and tells the revision it has then.

        `created` and `updated` are the session's times.
        """
        if known is None or known.is_obsolete(created, updated):
            return [], None
        if updated == known.update_time:
            return [], known
        parameters = {**_ids(key), "moment": known.newest_event}
        rows = _events(self._sql.events.read_newer, connection, parameters)
        newest = rows[-1].timestamp if rows else known.newest_event
        return rows, Revision(created, updated, newest)

    def _apply(
        self,
        connection: Connection,
        key: SessionKey,
        event: NewEvent,
        state: dict[str, Any],
        moment: datetime,
    ) -> None:
        parameters = {**_ids(key), "moment": moment}
        delta = event.scopes
        if event.state is not None or delta.session:
            merged = {**state, **delta.session} if event.state is None else event.state
            parameters["new_state"] = merged
            self._sql.sessions.change.change(connection, parameters)
        else:
            self._sql.sessions.touch.change(connection, parameters)
        if delta.app:
            self.update_shared(connection, "app", key, delta.app, moment)
        if delta.user:
            self.update_shared(connection, "user", key, delta.user, moment)

    def update_shared(
        self,
        connection: Connection,
        scope: Literal["app", "user"],
        key: SessionKey,
        delta: dict[str, Any],
        moment: datetime,
    ) -> dict[str, Any]:
        """Merges a delta into the state of an app or user, whose row is made when it is missing.

        google-adk expects both rows to exist for every session, even when they are empty.
        """
        sql = self._sql.apps if scope == "app" else self._sql.users
        ids = {"app": key.app_name}
        row = {"app_name": key.app_name, "state": {}, "update_time": moment}
        if scope == "user":
            ids["user"] = row["user_id"] = key.user_id
        find = sql.lock if delta else sql.read
        state: dict[str, Any] | None = find.value(connection, ids)
        if state is None:
            sql.add.change(connection, row)
            state = find.value(connection, ids) or {}
        if delta:
            state = {**state, **delta}
            sql.change.change(connection, {**ids, "new_state": state, "moment": moment})
        return state


def _events(
    statement: Prepared, connection: Connection, parameters: dict[str, Any]
) -> Sequence[EventRow]:
    return [EventRow(*row) for row in statement.rows(connection, parameters)]


def _ids(key: SessionKey) -> dict[str, Any]:
    return {"app": key.app_name, "user": key.user_id, "session": key.session_id}


def _owner(key: SessionKey) -> dict[str, Any]:
    return {"app_name": key.app_name, "user_id": key.user_id, "session_id": key.session_id}
