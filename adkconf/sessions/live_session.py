"""A session in use, as its service holds it in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from adkconf.events.event import Event
from adkconf.sessions.base_session_service import GetSessionConfig, apply_to_session
from adkconf.sessions.session import Session
from adkconf.sessions.session_key import SessionKey


@dataclass(slots=True)
class LiveSession:
    """The one event list that all runs of the session read.

    The list only grows. When it no longer agrees with the store, the whole object is replaced,
    and with it `derived`, the values that runs computed from the list.
    """

    key: SessionKey
    last_update_time: float
    events: list[Event] = field(default_factory=list)
    derived: dict[Any, Any] = field(default_factory=dict)

    def share(self, state: dict[str, Any], config: GetSessionConfig | None = None) -> Session:
        """Returns the session for a run, which owns `state` and shares the event list.

        A run that asked for a part of the events has a list of its own.
        """
        if config is not None and config.limits:
            events = config.select(list(self.events))
            return as_session(self.key, state, events, self.last_update_time)
        return as_session(self.key, state, self.events, self.last_update_time, self.derived)

    def add(self, event: Event, holder: Session) -> None:
        """Takes a stored event into the list and into the session of whoever appended it."""
        apply_to_session(holder, event)
        if holder.events is not self.events:
            self.events.append(event.model_copy(deep=True))
        self.last_update_time = event.timestamp


def as_session(
    key: SessionKey,
    state: dict[str, Any],
    events: list[Event],
    last_update_time: float,
    derived: dict[Any, Any] | None = None,
) -> Session:
    """Makes a session around these very objects."""
    return Session.sharing(
        id=key.session_id,
        app_name=key.app_name,
        user_id=key.user_id,
        state=state,
        events=events,
        last_update_time=last_update_time,
        derived={} if derived is None else derived,
    )


def catch_up(holder: Session, event: Event) -> None:
    """Gives an event that was stored before to a holder that may not have it."""
    if all(held.id != event.id for held in reversed(holder.events)):
        apply_to_session(holder, event)
