"""What a transaction does, on a synchronous connection; who runs it commits it.

Rows are locked in the order session, app, user, so that no two transactions wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select

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
        if not connection.execute(self._sql.add_session, row).rowcount:
            raise key.taken()
        return StateScopes(
            app=self.update_shared(connection, "app", key, scopes.app, moment),
            user=self.update_shared(connection, "user", key, scopes.user, moment),
            session=scopes.session,
        )

    def read(self, connection: Connection, key: SessionKey) -> SessionRow | None:
        """Reads a session with all the state it sees."""
        row = connection.execute(self._sql.read_session, _ids(key)).one_or_none()
        if row is None:
            return None
        scopes = StateScopes(row.app_state or {}, row.user_state or {}, row.state)
        return SessionRow(row.create_time, row.update_time, scopes)

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
        if most is None:
            sql = self._sql.read_all_events if since is None else self._sql.read_events_since
            return session, self._rows(connection, sql, parameters)
        sql = self._sql.read_recent_events if since is None else self._sql.read_recent_events_since
        return session, self._rows(connection, sql, parameters)[::-1]

    def catch_up(
        self, connection: Connection, key: SessionKey, known: Revision | None
    ) -> Catchup | None:
        """Reads a session, and only those events that a holder of `known` lacks."""
        session = self.read(connection, key)
        if session is None:
            return None
        rows, revision = self.missed(connection, key, known, session)
        if revision is not None:
            return Catchup(session, rows, whole=False, revision=revision)
        rows = self._rows(connection, self._sql.read_all_events, _ids(key))
        newest = rows[-1].timestamp if rows else _BEFORE_ALL
        revision = Revision(session.create_time, session.update_time, newest)
        return Catchup(session, rows, whole=True, revision=revision)

    def append(
        self, connection: Connection, key: SessionKey, event: NewEvent, known: Revision | None
    ) -> Appended:
        """Stores an event behind all others, unless its id is stored already.

        Raises:
            SessionNotFoundError: the session does not exist (any more).
        """
        session = connection.execute(self._sql.lock_session, _ids(key)).one_or_none()
        if session is None:
            raise key.not_found()
        missed, revision = self.missed(connection, key, known, session)
        timestamp = next_timestamp(event.timestamp, from_utc(session.update_time))
        moment = to_utc(timestamp)
        data = {**event.data, "timestamp": timestamp}
        if session.state and session.update_time == session.create_time:
            data[INITIAL_STATE] = session.state
        row = {
            **_owner(key),
            "id": event.id,
            "invocation_id": event.invocation_id,
            "timestamp": moment,
            "event_data": data,
        }
        if not connection.execute(self._sql.add_event, row).rowcount:
            ids = {**_ids(key), "event": event.id}
            stored = connection.execute(self._sql.read_event_time, ids).scalar_one()
            return Appended(stored, False, missed, revision)
        self._apply(connection, key, event, session.state, moment)
        if revision is not None:
            revision = Revision(session.create_time, moment, moment)
        return Appended(moment, True, missed, revision)

    def list(
        self, connection: Connection, app_name: str, user_id: str | None
    ) -> Sequence[tuple[SessionKey, SessionRow]]:
        """Reads the sessions of a user or of all users, least recently updated first."""
        ids = {"app": app_name, "user": user_id}
        app = connection.execute(self._sql.read_app, ids).scalar() or {}
        if user_id is None:
            users = {
                row.user_id: row.state for row in connection.execute(self._sql.list_users, ids)
            }
            rows = connection.execute(self._sql.list_sessions, ids)
        else:
            users = {user_id: connection.execute(self._sql.read_user, ids).scalar() or {}}
            rows = connection.execute(self._sql.list_user_sessions, ids)
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
        sql = self._sql.count_events if user_id is None else self._sql.count_user_events
        rows = connection.execute(sql, {"app": app_name, "user": user_id})
        return {(user, session): count for user, session, count in rows}

    def add_events(
        self, connection: Connection, key: SessionKey, events: Sequence[EventRow], moment: datetime
    ) -> None:
        """Stores events under the times that they have, and the session's last update."""
        rows = [{**_owner(key), **event._asdict()} for event in events]
        if rows:
            connection.execute(self._sql.add_event, rows)
        connection.execute(self._sql.touch_session, {**_ids(key), "moment": moment})

    def delete(self, connection: Connection, key: SessionKey) -> None:
        """Deletes a session with its events."""
        connection.execute(self._sql.delete_events, _ids(key))
        connection.execute(self._sql.delete_session, _ids(key))

    def delete_rested(self, connection: Connection, key: SessionKey, moment: datetime) -> bool:
        """Deletes a session that did not change since a moment; tells whether it did."""
        session = connection.execute(self._sql.lock_session, _ids(key)).first()
        if session is None or session.update_time >= moment:
            return False
        self.delete(connection, key)
        return True

    def read_user(self, connection: Connection, app_name: str, user_id: str) -> dict[str, Any]:
        """Reads the state of a user."""
        ids = {"app": app_name, "user": user_id}
        state: dict[str, Any] | None = connection.execute(self._sql.read_user, ids).scalar()
        return state or {}

    def read_initial_state(self, connection: Connection, key: SessionKey) -> dict[str, Any]:
        """Reads the state that a session was created with; empty when this was not kept."""
        first = self._rows(connection, self._sql.read_first_event, _ids(key))
        state: dict[str, Any] = (first[0].event_data or {}).get(INITIAL_STATE, {}) if first else {}
        return state

    def read_event_time(
        self, connection: Connection, key: SessionKey, event_id: str
    ) -> datetime | None:
        """Reads when an event was stored, if it was."""
        ids = {**_ids(key), "event": event_id}
        stored: datetime | None = connection.execute(self._sql.read_event_time, ids).scalar()
        return stored

    def missed(
        self,
        connection: Connection,
        key: SessionKey,
        known: Revision | None,
        session: SessionRow | Row[Any],
    ) -> tuple[Sequence[EventRow], Revision | None]:
        """Reads what a holder of `known` lacks, and tells the revision it has then."""
        if known is None or known.is_obsolete(session):
            return [], None
        rows = self._newer(connection, key, known, session.update_time)
        newest = rows[-1].timestamp if rows else known.newest_event
        return rows, Revision(session.create_time, session.update_time, newest)

    def _newer(
        self, connection: Connection, key: SessionKey, known: Revision, update_time: datetime
    ) -> Sequence[EventRow]:
        if update_time == known.update_time:
            return []
        parameters = {**_ids(key), "moment": known.newest_event}
        return self._rows(connection, self._sql.read_newer_events, parameters)

    def _rows(
        self, connection: Connection, statement: Select[Any], parameters: dict[str, Any]
    ) -> Sequence[EventRow]:
        return [EventRow(*row) for row in connection.execute(statement, parameters)]

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
            connection.execute(self._sql.update_session, parameters)
        else:
            connection.execute(self._sql.touch_session, parameters)
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
        sql = self._sql
        read, lock, add, change = (
            (sql.read_app, sql.lock_app, sql.add_app, sql.update_app)
            if scope == "app"
            else (sql.read_user, sql.lock_user, sql.add_user, sql.update_user)
        )
        find = lock if delta else read
        state: dict[str, Any] | None = connection.execute(find, _ids(key)).scalar()
        if state is None:
            row = {"app_name": key.app_name, "state": {}, "update_time": moment}
            if scope == "user":
                row["user_id"] = key.user_id
            connection.execute(add, row)
            state = connection.execute(find, _ids(key)).scalar_one()
        if delta:
            state = {**state, **delta}
            ids = {"app": key.app_name}
            if scope == "user":
                ids["user"] = key.user_id
            connection.execute(change, {**ids, "new_state": state, "moment": moment})
        return state


def _ids(key: SessionKey) -> dict[str, Any]:
    return {"app": key.app_name, "user": key.user_id, "session": key.session_id}


def _owner(key: SessionKey) -> dict[str, Any]:
    return {"app_name": key.app_name, "user_id": key.user_id, "session_id": key.session_id}
