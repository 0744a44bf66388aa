"""Every SQL statement, built once, so that a call pays for its execution only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Delete,
    Insert,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from adkconf.sessions.sql.tables import SPANNER, Tables


class Statements:
    """Parameters: `app`, `user`, `session` and `event` are ids; the others are named by use."""

    def __init__(self, tables: Tables, dialect: str) -> None:
        sessions, events = tables.sessions, tables.events
        self._sessions = sessions
        apps, users = tables.app_states, tables.user_states
        of_session = _where(sessions, app_name="app", user_id="user", id="session")
        of_events = _where(events, app_name="app", user_id="user", session_id="session")
        of_user = _where(users, app_name="app", user_id="user")
        of_app = _where(apps, app_name="app")

        self.read_session: Select[Any] = (
            select(
                sessions.c.create_time,
                sessions.c.update_time,
                apps.c.state.label("app_state"),
                users.c.state.label("user_state"),
                sessions.c.state,
            )
            .select_from(sessions)
            .outerjoin(apps, apps.c.app_name == sessions.c.app_name)
            .outerjoin(
                users,
                and_(
                    users.c.app_name == sessions.c.app_name, users.c.user_id == sessions.c.user_id
                ),
            )
            .where(of_session)
        )
        self.lock_session: Select[Any] = (
            select(sessions.c.create_time, sessions.c.update_time, sessions.c.state)
            .where(of_session)
            .with_for_update()
        )
        self.add_session = _insert_if_absent(sessions, dialect)
        self.touch_session: Update = (
            update(sessions).where(of_session).values(update_time=bindparam("moment"))
        )
        self.update_session: Update = self.touch_session.values(state=bindparam("new_state"))
        self.delete_session: Delete = delete(sessions).where(of_session)
        self.delete_events: Delete = delete(events).where(of_events)

        read_events: Select[Any] = select(
            events.c.id, events.c.invocation_id, events.c.timestamp, events.c.event_data
        ).where(of_events)
        self.read_all_events: Select[Any] = read_events.order_by(events.c.timestamp, events.c.id)
        self.read_first_event: Select[Any] = self.read_all_events.limit(1)
        self.read_newer_events: Select[Any] = self.read_all_events.where(
            events.c.timestamp > bindparam("moment")
        )
        newest: Select[Any] = read_events.order_by(events.c.timestamp.desc(), events.c.id.desc())
        self.read_recent_events: Select[Any] = newest.limit(bindparam("most"))
        since = events.c.timestamp >= bindparam("moment")
        self.read_events_since: Select[Any] = self.read_all_events.where(since)
        self.read_recent_events_since: Select[Any] = self.read_recent_events.where(since)
        self.read_event_time: Select[Any] = select(events.c.timestamp).where(
            and_(of_events, events.c.id == bindparam("event"))
        )
        self.add_event = _insert_if_absent(events, dialect)
        owner = events.c.user_id, events.c.session_id
        self.count_events: Select[Any] = (
            select(*owner, func.count()).where(events.c.app_name == bindparam("app"))
        ).group_by(*owner)
        self.count_user_events: Select[Any] = self.count_events.where(
            events.c.user_id == bindparam("user")
        )

        self.read_app: Select[Any] = select(apps.c.state).where(of_app)
        self.lock_app = self.read_app.with_for_update()
        self.add_app = _insert_if_absent(apps, dialect)
        self.update_app = _set_state(apps, of_app)
        self.read_user: Select[Any] = select(users.c.state).where(of_user)
        self.lock_user = self.read_user.with_for_update()
        self.add_user = _insert_if_absent(users, dialect)
        self.update_user = _set_state(users, of_user)

        self.list_sessions: Select[Any] = (
            select(sessions)
            .where(sessions.c.app_name == bindparam("app"))
            .order_by(sessions.c.update_time, sessions.c.user_id, sessions.c.id)
        )
        self.list_user_sessions: Select[Any] = self.list_sessions.where(
            sessions.c.user_id == bindparam("user")
        )
        self.list_users: Select[Any] = select(users.c.user_id, users.c.state).where(
            users.c.app_name == bindparam("app")
        )
        some: ColumnElement[bool] = users.c.user_id.in_(bindparam("users", expanding=True))
        self.list_some_users = self.list_users.where(some)

    def session_page(
        self, *, of_user: bool, behind: bool, before: bool, with_state: bool
    ) -> Select[Any]:
        """Builds the query of a page, in the order of the primary key: no other index is needed.

        Parameters: `app`, `most`; `user` with `of_user`; `last_user` and `last_session` with
        `behind`; `moment` with `before`.
        """
        sessions = self._sessions
        columns = [column for column in sessions.c if with_state or column.name != "state"]
        page: Select[Any] = select(*columns).where(sessions.c.app_name == bindparam("app"))
        if of_user:
            page = page.where(sessions.c.user_id == bindparam("user"))
        if behind:
            same_user = sessions.c.user_id == bindparam("last_user")
            page = page.where(
                or_(
                    sessions.c.user_id > bindparam("last_user"),
                    and_(same_user, sessions.c.id > bindparam("last_session")),
                )
            )
        if before:
            page = page.where(sessions.c.update_time < bindparam("moment"))
        return page.order_by(sessions.c.user_id, sessions.c.id).limit(bindparam("most"))


def _where(table: Table, **parameters: str) -> ColumnElement[bool]:
    return and_(*(table.c[column] == bindparam(name) for column, name in parameters.items()))


def _set_state(table: Table, where: ColumnElement[bool]) -> Update:
    return (
        update(table)
        .where(where)
        .values(state=bindparam("new_state"), update_time=bindparam("moment"))
    )


def _insert_if_absent(table: Table, dialect: str) -> Insert:
    """Builds an insert that affects no row, and does not fail, when the primary key is taken."""
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return insert(table).prefix_with("OR IGNORE" if dialect == SPANNER else "IGNORE")
