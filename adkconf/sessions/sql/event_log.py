"""The events of sessions in use: in memory as far as they were read, and in the database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

from adkconf.events.event import Event
from adkconf.sessions.base_session_service import apply_to_session, take_temp_keys
from adkconf.sessions.event_time import from_utc
from adkconf.sessions.live_session import LiveSession, catch_up
from adkconf.sessions.live_sessions import LiveEntry, LiveSessions
from adkconf.sessions.session import Session
from adkconf.sessions.session_key import SessionKey
from adkconf.sessions.sql.append_queue import AppendQueue
from adkconf.sessions.sql.event_json import dump_event, load_events
from adkconf.sessions.sql.group_append import DIALECTS, Append, can_join
from adkconf.sessions.sql.rows import Appended, EventRow, Revision
from adkconf.sessions.sql.transactions import Transactions
from adkconf.sql.database import Database

# So many rows are parsed in about the time a change of threads takes.
_PARSED_AT_ONCE = 20


class EventLog:
    """Loads sessions for runs, and stores their events; others may write to them meanwhile."""

    def __init__(self, database: Database, sql: Transactions) -> None:
        self.sql = sql
        self._database = database
        self._queue = AppendQueue(database, sql) if database.dialect in DIALECTS else None
        self._live: LiveSessions[Revision] = LiveSessions()

    async def load(self, key: SessionKey) -> Session | None:
        """Returns the session in memory after reading what is new, or None."""
        entry = self._live.entry(key)
        async with entry.lock:
            if entry.live is not None and entry.revision is not None:
                session = await self._database.peek(partial(self.sql.read, key=key))
                if session is not None and entry.revision.is_current(session):
                    return entry.live.share(session.scopes.merge())
            return await self._catch_up(key, entry)

    async def store(
        self, session: Session, event: Event, state: dict[str, Any] | None = None
    ) -> Event:
        """Stores an event behind all others, and brings `session` up to date with it.

        `state` is all of the session's own state afterwards, when the event cannot tell.

        Raises:
            SessionNotFoundError: there is no such session (any more).
            InputValidationError: the event holds a value that JSON cannot carry.
        """
        key = SessionKey.of(session.app_name, session.user_id, session.id)
        if not key.storable:
            raise key.not_found()
        take_temp_keys(session, event)
        new = dump_event(event, state)
        entry = self._live.entry(key)
        async with entry.lock:
            appended = await self._append(Append(key, new, entry.revision))
            event.timestamp = from_utc(appended.timestamp)
            missed = await parse(appended.missed)
            entry.revision = appended.revision
            if appended.revision is None:
                entry.live = None
            if entry.live is not None:
                entry.live.events.extend(missed)
            if not appended.inserted:
                if any(row.id == event.id for row in appended.missed):
                    # Of an attempt whose outcome was lost; the list has the event by now.
                    session.state.update(event.actions.state_delta)
                catch_up(session, event)
            elif entry.live is not None:
                entry.live.add(event, session)
            else:
                apply_to_session(session, event)
            self._live.settle(key, entry)
        return event

    def forget(self, key: SessionKey) -> None:
        """Drops what is in memory of a session."""
        self._live.forget(key)

    async def close(self) -> None:
        """Finishes what is under way."""
        if self._queue is not None:
            await self._queue.close()

    async def _catch_up(self, key: SessionKey, entry: LiveEntry[Revision]) -> Session | None:
        work = partial(self.sql.catch_up, key=key, known=entry.revision)
        found = await self._database.read(work)
        if found is None:
            self._live.forget(key)
            return None
        events = await parse(found.rows)
        if entry.live is None or found.whole:
            entry.live = LiveSession(key, 0.0)
        entry.live.events.extend(events)
        entry.live.last_update_time = from_utc(found.session.update_time)
        entry.revision = found.revision
        self._live.settle(key, entry)
        return entry.live.share(found.session.scopes.merge())

    async def _append(self, append: Append) -> Appended:
        if self._queue is not None and can_join(append.event):
            return await self._queue.append(append)
        key, event, known = append
        return await self._database.write(
            partial(self.sql.append, key=key, event=event, known=known)
        )


async def parse(rows: Sequence[EventRow]) -> list[Event]:
    """Parses stored events, many of them on another thread."""
    if len(rows) <= _PARSED_AT_ONCE:
        return load_events(rows)
    return await asyncio.to_thread(load_events, rows)
