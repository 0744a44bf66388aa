"""What goes into transactions and comes out of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from adkconf.sessions.state_scopes import StateScopes

# A session's first event carries what the session was created with, for rewinds. Readers of
# events pass over keys they do not know, here and in google-adk.
INITIAL_STATE = "adkconf_initial_state"


class EventRow(NamedTuple):
    """A stored event, not parsed yet."""

    id: str
    invocation_id: str
    timestamp: datetime
    event_data: dict[str, Any] | None


class SessionRow(NamedTuple):
    """A stored session without its events."""

    create_time: datetime
    update_time: datetime
    scopes: StateScopes


class Revision(NamedTuple):
    """How far somebody who holds the events of a session has read."""

    create_time: datetime
    update_time: datetime
    newest_event: datetime

    def is_obsolete(self, created: datetime, updated: datetime) -> bool:
        """Tells whether the session was deleted and made again, or changed backwards."""
        return self.create_time != created or updated < self.update_time

    def is_current(self, session: SessionRow) -> bool:
        """Tells whether nothing changed."""
        return self.create_time == session.create_time and self.update_time == session.update_time


class Catchup(NamedTuple):
    """What a holder lacks: the rows to add to its events, or `whole`: to replace them.

    `revision` is the one it has afterwards.
    """

    session: SessionRow
    rows: Sequence[EventRow]
    whole: bool
    revision: Revision


class Appended(NamedTuple):
    """What became of an event.

    `timestamp` is the one it is stored under. `missed` are events that others stored since the
    revision the holder knew, oldest first, and `revision` is the one it has with them and the
    event; None when what it knew is of no use any more.
    """

    timestamp: datetime
    inserted: bool
    missed: Sequence[EventRow]
    revision: Revision | None


class NewEvent(NamedTuple):
    """An event to store; `scopes` is its state delta, ready for JSON.

    `state` is all of the session's own state afterwards, when the delta cannot tell.
    """

    id: str
    invocation_id: str
    timestamp: float
    data: dict[str, Any]
    scopes: StateScopes
    state: dict[str, Any] | None = None
