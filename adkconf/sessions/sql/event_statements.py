"""What is said about the events of one session."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, bindparam, delete, select

from adkconf.sessions.sql.clauses import insert_if_absent, where
from adkconf.sessions.sql.tables import Tables
from adkconf.sql.prepared import prepare


class EventStatements:
    """Parameters: `app`, `user` and `session` are the session's ids, `event` is an event's.

    `most` limits how many are read, `moment` how old they are. Those that read the `recent` ones
    find the latest first, the others the oldest.
    """

    def __init__(self, tables: Tables, dialect: str) -> None:
        events = tables.events
        these = where(events, app_name="app", user_id="user", session_id="session")
        read: Select[Any] = select(
            events.c.id, events.c.invocation_id, events.c.timestamp, events.c.event_data
        ).where(these)
        oldest = read.order_by(events.c.timestamp, events.c.id)
        latest = read.order_by(events.c.timestamp.desc(), events.c.id.desc())
        recent = latest.limit(bindparam("most"))
        since = events.c.timestamp >= bindparam("moment")
        newer = events.c.timestamp > bindparam("moment")
        time = select(events.c.timestamp).where(these).where(events.c.id == bindparam("event"))

        self.read = prepare(oldest, dialect)
        self.read_first = prepare(oldest.limit(1), dialect)
        self.read_newer = prepare(oldest.where(newer), dialect)
        self.read_since = prepare(oldest.where(since), dialect)
        self.read_recent = prepare(recent, dialect)
        self.read_recent_since = prepare(recent.where(since), dialect)
        self.read_time = prepare(time, dialect)
        self.add = prepare(insert_if_absent(events, dialect), dialect)
        self.delete = prepare(delete(events).where(these), dialect)
