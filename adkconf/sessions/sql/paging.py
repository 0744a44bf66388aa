"""Reads a page of sessions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from adkconf.sessions.event_time import from_utc, to_utc
from adkconf.sessions.live_session import as_session
from adkconf.sessions.session_key import SessionKey
from adkconf.sessions.session_page import PageRequest, SessionPage
from adkconf.sessions.sql.statements import Statements
from adkconf.sessions.state_scopes import StateScopes, copy_state


def read_page(connection: Connection, sql: Statements, page: PageRequest) -> SessionPage:
    """Reads no more rows than the page has, and the state of no other user."""
    statement = sql.lists.page(
        of_user=page.user_id is not None,
        behind=page.behind is not None,
        before=page.updated_before is not None,
        with_state=page.with_state,
    )
    rows = connection.execute(statement, _parameters(page)).all()
    app, users = _shared_states(connection, sql, page, {row.user_id for row in rows})
    sessions = [
        as_session(
            SessionKey(row.app_name, row.user_id, row.id),
            copy_state(StateScopes(app, users.get(row.user_id, {}), row.state).merge())
            if page.with_state
            else {},
            [],
            from_utc(row.update_time),
        )
        for row in rows
    ]
    return SessionPage.cut(sessions, page.size)


def _parameters(page: PageRequest) -> dict[str, Any]:
    parameters: dict[str, Any] = {"app": page.app_name, "most": page.size + 1}
    if page.user_id is not None:
        parameters["user"] = page.user_id
    if page.behind is not None:
        parameters |= {
            "last_user": page.behind.user_id,
            "last_session": page.behind.session_id,
        }
    if page.updated_before is not None:
        parameters["moment"] = to_utc(page.updated_before)
    return parameters


def _shared_states(
    connection: Connection, sql: Statements, page: PageRequest, user_ids: set[str]
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    if not (page.with_state and user_ids):
        return {}, {}
    ids = {"app": page.app_name}
    app = sql.apps.read.value(connection, ids) or {}
    rows = connection.execute(sql.lists.some_users, {**ids, "users": sorted(user_ids)})
    return app, {row.user_id: row.state for row in rows}
