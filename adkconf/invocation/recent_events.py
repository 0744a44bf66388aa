"""Loads the end of a session's log together with the summary of what came before."""

from __future__ import annotations

from adkconf.events.event import Event
from adkconf.flows.history import without_rewound
from adkconf.sessions.base_session_service import BaseSessionService, GetSessionConfig
from adkconf.sessions.session import Session
from adkconf.sessions.session_key import SessionKey

# A summary is rarely further back; if it is, more and more is read.
_FIRST_READ = 100


async def load_recent(
    sessions: BaseSessionService, key: SessionKey, limits: GetSessionConfig
) -> Session | None:
    """Returns the session with the events within the limits and, before them, the last summary."""
    session = await load_back_to_summary(sessions, key)
    if session is None:
        return None
    summaries = [e for e in without_rewound(session.events) if e.actions.compaction is not None]
    recent = limits.select(session.events)
    if summaries and all(event.id != summaries[-1].id for event in recent):
        recent = [summaries[-1], *recent]
    session.events = recent
    return session


async def load_back_to_summary(
    sessions: BaseSessionService, key: SessionKey, runs_before: int = 0
) -> Session | None:
    """Returns the session with all events from `runs_before` runs before the last summary's end.

    Without a summary these are all there are.
    """
    most = _FIRST_READ
    while True:
        session = await sessions.load_for_run(
            **key._asdict(), config=GetSessionConfig(num_recent_events=most)
        )
        if session is None or len(session.events) < most:
            return session
        if _reaches_back(without_rewound(session.events), runs_before):
            return session
        most *= 4


def _reaches_back(events: list[Event], runs_before: int) -> bool:
    summaries = [event for event in events if event.actions.compaction is not None]
    if not summaries or (last := summaries[-1].actions.compaction) is None:
        return False
    covered = [event for event in events if event.timestamp <= last.end_timestamp]
    # The first of the runs may have begun before the first event.
    return len({event.invocation_id for event in covered}) > runs_before
