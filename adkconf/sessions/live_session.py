"""A session in use, as its service holds it in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from adkconf.events.event import Event
from adkconf.sessions.base_session_service import GetSessionConfig, apply_to_session
from adkconf.sessions.session import Session
from adkconf.sessions.session_key import SessionKey
from adkconf.sessions.state_scopes import StateScopes, copy_state


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

    def share(self, scopes: StateScopes, config: GetSessionConfig | None) -> Session:
        """Returns the session for a run: its own state, the common event list.

        A run that asked for a part of the events has a list of its own.
        """
        limited = config is not None and config.limits
        return Session.sharing(
            id=self.key.session_id,
            app_name=self.key.app_name,
            user_id=self.key.user_id,
            state=copy_state(scopes.merge()),
            events=config.select(list(self.events)) if config and limited else self.events,
            last_update_time=self.last_update_time,
            derived={} if limited else self.derived,
        )

    def add(self, event: Event, holder: Session) -> None:
        """Takes a stored event into the list and into the session of whoever appended it."""
        apply_to_session(holder, event)
        if holder.events is not self.events:
            self.events.append(event.model_copy(deep=True))
        self.last_update_time = event.timestamp


def as_session(
    key: SessionKey,
    scopes: StateScopes,
    last_update_time: float,
    events: list[Event],
) -> Session:
    """Makes a session of values that nobody else holds."""
    return Session.sharing(
        id=key.session_id,
        app_name=key.app_name,
        user_id=key.user_id,
        state=scopes.merge(),
        events=events,
        last_update_time=last_update_time,
        derived={},
    )
