"""Every SQL statement, built once, so that a call pays for its execution only."""

from __future__ import annotations

from adkconf.sessions.sql.clauses import where
from adkconf.sessions.sql.event_statements import EventStatements
from adkconf.sessions.sql.list_statements import ListStatements
from adkconf.sessions.sql.session_statements import SessionStatements
from adkconf.sessions.sql.state_statements import StateStatements
from adkconf.sessions.sql.tables import Tables


class Statements:
    """The statements for one layout of tables in one SQL dialect, by what they are about."""

    def __init__(self, tables: Tables, dialect: str) -> None:
        apps, users = tables.app_states, tables.user_states
        self.sessions = SessionStatements(tables, dialect)
        self.events = EventStatements(tables, dialect)
        self.apps = StateStatements(apps, where(apps, app_name="app"), dialect)
        self.users = StateStatements(users, where(users, app_name="app", user_id="user"), dialect)
        self.lists = ListStatements(tables)
