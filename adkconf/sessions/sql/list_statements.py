"""What is said about many sessions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select

from adkconf.sessions.sql.tables import Tables


class ListStatements:
    """Parameters: `app` and `user` are ids, `users` are the ids of several users."""

    def __init__(self, tables: Tables) -> None:
        sessions, events, users = tables.sessions, tables.events, tables.user_states
        self._sessions = sessions
        owner = events.c.user_id, events.c.session_id
        some: ColumnElement[bool] = users.c.user_id.in_(bindparam("users", expanding=True))

        self.sessions: Select[Any] = (
            select(sessions)
            .where(sessions.c.app_name == bindparam("app"))
            .order_by(sessions.c.update_time, sessions.c.user_id, sessions.c.id)
        )
        self.sessions_of_user = self.sessions.where(sessions.c.user_id == bindparam("user"))
        self.counts: Select[Any] = (
            select(*owner, func.count()).where(events.c.app_name == bindparam("app"))
        ).group_by(*owner)
        self.counts_of_user = self.counts.where(events.c.user_id == bindparam("user"))
        self.users: Select[Any] = select(users.c.user_id, users.c.state).where(
            users.c.app_name == bindparam("app")
        )
        self.some_users = self.users.where(some)

    def page(self, *, of_user: bool, behind: bool, before: bool, with_state: bool) -> Select[Any]:
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
