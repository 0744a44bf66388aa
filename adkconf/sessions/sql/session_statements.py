"""What is said about one session."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, delete, select, update

from adkconf.sessions.sql.clauses import insert_if_absent, where
from adkconf.sessions.sql.tables import Tables
from adkconf.sql.prepared import prepare


class SessionStatements:
    """Parameters: `app`, `user` and `session` are its ids; `moment` and `new_state` change it."""

    def __init__(self, tables: Tables, dialect: str) -> None:
        sessions, apps, users = tables.sessions, tables.app_states, tables.user_states
        this = where(sessions, app_name="app", user_id="user", id="session")
        same_app = apps.c.app_name == sessions.c.app_name
        same_user = and_(
            users.c.app_name == sessions.c.app_name, users.c.user_id == sessions.c.user_id
        )
        seen = select(
            sessions.c.create_time,
            sessions.c.update_time,
            apps.c.state.label("app_state"),
            users.c.state.label("user_state"),
            sessions.c.state,
        ).select_from(sessions.outerjoin(apps, same_app).outerjoin(users, same_user))
        own = select(sessions.c.create_time, sessions.c.update_time, sessions.c.state)
        touch = update(sessions).where(this).values(update_time=bindparam("moment"))

        self.read = prepare(seen.where(this), dialect)
        self.lock = prepare(own.where(this).with_for_update(), dialect)
        self.add = prepare(insert_if_absent(sessions, dialect), dialect)
        self.touch = prepare(touch, dialect)
        self.change = prepare(touch.values(state=bindparam("new_state")), dialect)
        self.delete = prepare(delete(sessions).where(this), dialect)
