"""Storing a session as it was in another store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from adkconf.errors import InputValidationError
from adkconf.sessions.event_time import to_utc
from adkconf.sessions.session_key import SessionKey
from adkconf.sessions.sql.rows import INITIAL_STATE, EventRow, NewEvent
from adkconf.sessions.sql.transactions import Transactions
from adkconf.sessions.state_scopes import StateScopes

# Shorter than the time between two events.
_BEFORE = 1e-6


def restore(
    connection: Connection,
    sql: Transactions,
    key: SessionKey,
    scopes: StateScopes,
    initial_state: dict[str, Any],
    events: Sequence[NewEvent],
    updated: float,
) -> None:
    """Creates a session with its events and their times.

    Raises:
        AlreadyExistsError: the id is taken.
        InputValidationError: two events have one id.
    """
    if len({event.id for event in events}) < len(events):
        raise InputValidationError(f"session {key.session_id!r} has two events of one id")
    times = [event.timestamp for event in events]
    # A session that was updated after its creation has events.
    created = min(times) - _BEFORE if times else updated
    sql.create(connection, key, scopes, to_utc(created))
    rows = [
        EventRow(event.id, event.invocation_id, to_utc(event.timestamp), event.data)
        for event in events
    ]
    if rows and initial_state:
        first = rows[0]
        data = {**(first.event_data or {}), INITIAL_STATE: initial_state}
        rows[0] = first._replace(event_data=data)
    sql.add_events(connection, key, rows, to_utc(max([updated, *times])))
