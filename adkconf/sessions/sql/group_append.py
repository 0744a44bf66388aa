"""Appends to several sessions in one statement that commits itself: one round trip for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from adkconf.errors import SessionNotFoundError
from adkconf.sessions.event_time import next_timestamp, to_utc
from adkconf.sessions.session_key import SessionKey
from adkconf.sessions.sql.rows import INITIAL_STATE, Appended, NewEvent, Revision
from adkconf.sessions.sql.transactions import Transactions

DIALECTS = ("postgresql",)
"""Where there are statements that change several tables."""

# Who waits for a lock sees the session as it is then; locks are taken in the order of the rows.
# An event that is stored already, perhaps since the statement began, is told by its primary key:
# its session changes only if it was inserted.
_APPEND = text(f"""
WITH locked AS (
    SELECT asked.*, found.*,
           greatest(proposed, update_time + interval '1 microsecond') AS moment
    FROM jsonb_to_recordset(:events) AS asked (
        place int, app text, owner text, session text, event text, invocation text,
        proposed timestamp, data jsonb, delta jsonb)
    CROSS JOIN LATERAL (
        SELECT create_time, update_time, state FROM sessions
        WHERE app_name = app AND user_id = owner AND id = session
        FOR UPDATE) AS found
), added AS (
    INSERT INTO events
        (id, app_name, user_id, session_id, invocation_id, timestamp, event_data)
    SELECT event, app, owner, session, invocation, moment,
           data || jsonb_build_object('timestamp', extract(epoch FROM moment)) || CASE
               WHEN update_time = create_time AND state <> '{{}}'
               THEN jsonb_build_object('{INITIAL_STATE}', state) ELSE '{{}}' END
    FROM locked
    ON CONFLICT DO NOTHING
    RETURNING app_name, user_id, session_id, timestamp
), touched AS (
    UPDATE sessions
    SET update_time = added.timestamp,
        state = CASE WHEN delta IS NULL THEN sessions.state ELSE sessions.state || delta END
    FROM added JOIN locked ON app_name = app AND user_id = owner AND session_id = session
    WHERE sessions.app_name = app AND sessions.user_id = owner AND sessions.id = session
)
SELECT place, create_time, update_time, added.timestamp
FROM locked LEFT JOIN added ON app_name = app AND user_id = owner AND session_id = session
""").bindparams(bindparam("events", type_=JSONB()))


class Append(NamedTuple):
    """An event for a session, whose holder knows it up to a revision."""

    key: SessionKey
    event: NewEvent
    known: Revision | None


def can_join(event: NewEvent) -> bool:
    """Tells whether an event concerns its session only, and adds to its state at most."""
    return event.state is None and not event.scopes.app and not event.scopes.user


def append_group(
    connection: Connection, sql: Transactions, appends: Sequence[Append]
) -> list[Appended | SessionNotFoundError]:
    """Does what `Transactions.append` does, for different sessions. It may run again."""
    # Everybody locks in one order, so that no two groups wait for each other.
    rows = sorted(
        (_row(place, append) for place, append in enumerate(appends)),
        key=lambda row: appends[row["place"]].key,
    )
    found = {row.place: row for row in connection.execute(_APPEND, {"events": rows})}
    return [
        _outcome(connection, sql, append, found[place])
        if place in found
        else append.key.not_found()
        for place, append in enumerate(appends)
    ]


def _row(place: int, append: Append) -> dict[str, Any]:
    event = append.event
    return {
        "place": place,
        "app": append.key.app_name,
        "owner": append.key.user_id,
        "session": append.key.session_id,
        "event": event.id,
        "invocation": event.invocation_id,
        "proposed": to_utc(next_timestamp(event.timestamp, 0.0)).isoformat(),
        "data": event.data,
        **({"delta": event.scopes.session} if event.scopes.session else {}),
    }


def _outcome(
    connection: Connection, sql: Transactions, append: Append, found: Row[Any]
) -> Appended | SessionNotFoundError:
    newer, revision = sql.missed(
        connection, append.key, append.known, found.create_time, found.update_time
    )
    # Whoever appended up to then had the lock, so nothing older is going to come.
    missed = [row for row in newer if row.timestamp <= found.update_time]
    if found.timestamp is None:
        stored = sql.read_event_time(connection, append.key, append.event.id)
        if stored is None:
            return append.key.not_found()
        return Appended(stored, False, missed, revision)
    if revision is not None:
        revision = Revision(found.create_time, found.timestamp, found.timestamp)
    return Appended(found.timestamp, True, missed, revision)
