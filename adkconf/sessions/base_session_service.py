"""The contract of a session service."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from pydantic import BaseModel, Field

from adkconf.events.event import Event
from adkconf.sessions.session import Session
from adkconf.sessions.session_page import PageRequest, SessionPage
from adkconf.sessions.state import State
from adkconf.sessions.state_scopes import copy_state


class GetSessionConfig(BaseModel):
    """Limits the events that are loaded.

    `num_recent_events`: at most so many of the latest (0: none). `after_timestamp`: only those at
    or after this Unix time in seconds. Both unset: all.
    """

    num_recent_events: int | None = Field(default=None, ge=0)
    after_timestamp: float | None = Field(default=None, allow_inf_nan=False)

    @property
    def limits(self) -> bool:
        """Tells whether any limit is set."""
        return self.num_recent_events is not None or self.after_timestamp is not None

    def select(self, events: list[Event]) -> list[Event]:
        """Returns the events that both limits let through, oldest first."""
        if self.after_timestamp is not None:
            events = [event for event in events if event.timestamp >= self.after_timestamp]
        if self.num_recent_events is not None:
            events = events[len(events) - min(self.num_recent_events, len(events)) :]
        return events


class ListSessionsResponse(BaseModel):
    """Sessions without their events, least recently updated first."""

    sessions: list[Session] = Field(default_factory=list)


class BaseSessionService(ABC):
    """Stores conversations. Subclass it to bring a store of your own.

    Whatever the store, these hold: an acknowledged event is never lost; an event id is stored at
    most once; within a session timestamps strictly increase in the order of storing.
    """

    @abstractmethod
    async def create_session(
        self,
        *,
        app_name: str,
        user_id: str,
        state: dict[str, Any] | None = None,
        session_id: str | None = None,
    ) -> Session:
        """Creates a session; without an id it gets a random one.

        Raises:
            AlreadyExistsError: the id is taken for this app and user.
        """

    @abstractmethod
    async def get_session(
        self,
        *,
        app_name: str,
        user_id: str,
        session_id: str,
        config: GetSessionConfig | None = None,
    ) -> Session | None:
        """Returns a snapshot that the caller may change freely, or None."""

    @abstractmethod
    async def list_sessions(
        self, *, app_name: str, user_id: str | None = None
    ) -> ListSessionsResponse:
        """Lists the sessions of a user, or of all users."""

    @abstractmethod
    async def delete_session(self, *, app_name: str, user_id: str, session_id: str) -> None:
        """Deletes a session and its events; the state of app and user stays."""

    async def delete_rested_session(
        self, *, app_name: str, user_id: str, session_id: str, updated_before: float
    ) -> bool:
        """Deletes a session that did not change since a Unix time; tells whether it did.

        By default it looks, then deletes: what another process stores in between is lost. Stores
        that can do better override it.
        """
        session = await self.get_session(
            app_name=app_name,
            user_id=user_id,
            session_id=session_id,
            config=GetSessionConfig(num_recent_events=0),
        )
        if session is None or session.last_update_time >= updated_before:
            return False
        await self.delete_session(app_name=app_name, user_id=user_id, session_id=session_id)
        return True

    async def get_user_state(self, *, app_name: str, user_id: str) -> dict[str, Any]:
        """Returns the user's state, keys without the `user:` prefix.

        Raises:
            NotImplementedError: this service cannot tell.
        """
        raise NotImplementedError(f"{type(self).__name__} does not support get_user_state.")

    async def load_for_run(
        self,
        *,
        app_name: str,
        user_id: str,
        session_id: str,
        config: GetSessionConfig | None = None,
    ) -> Session | None:
        """Returns the session as a run works on it, or None.

        A service may share its own event list here instead of copying it: a run reads the list
        and adds to it only through `append_event`. The default is `get_session`.
        """
        return await self.get_session(
            app_name=app_name, user_id=user_id, session_id=session_id, config=config
        )

    async def append_event(self, session: Session, event: Event) -> Event:
        """Stores an event and applies it to `session`; fragments (`partial`) pass by unchanged.

        `temp:` keys reach `session.state` but are taken out of the event. A service that stores
        overrides this, and calls it once the event is safe.
        """
        if event.partial:
            return event
        apply_to_session(session, event)
        return event

    async def list_session_page(self, page: PageRequest) -> SessionPage:
        """Lists a part of the sessions. The default lists them all and takes the part out."""
        listed = await self.list_sessions(app_name=page.app_name, user_id=page.user_id)
        return page.of(listed.sessions)

    async def initial_state(
        self, *, app_name: str, user_id: str, session_id: str
    ) -> dict[str, Any]:
        """Returns what `create_session` put into the session's own state; by default nothing.

        A rewind reads it. Where it is not known, keys that were overwritten since are lost to it.
        """
        return {}

    async def rewind(self, session: Session, event: Event, state: dict[str, Any]) -> Event:
        """Stores the event of a rewind and makes `state` all of the session's own state.

        State of app and user stays. The default is `append_event`: with it, keys that were added
        since keep the value None.
        """
        return await self.append_event(session, event)

    async def count_events(
        self, *, app_name: str, user_id: str | None = None
    ) -> dict[tuple[str, str], int]:
        """Returns how many events sessions have, by user and session id.

        Sessions without events may be missing. The default reads every session.
        """
        counts = {}
        listed = await self.list_sessions(app_name=app_name, user_id=user_id)
        for each in listed.sessions:
            session = await self.get_session(
                app_name=app_name, user_id=each.user_id, session_id=each.id
            )
            if session is not None:
                counts[each.user_id, each.id] = len(session.events)
        return counts

    async def restore_session(self, session: Session, initial_state: dict[str, Any]) -> None:
        """Stores a session as it was elsewhere: events, times and state stay as they are.

        State of app and user is merged over what there is. `initial_state` is what
        `BaseSessionService.initial_state` told of it.

        Raises:
            AlreadyExistsError: the id is taken for this app and user.
            NotImplementedError: this service cannot do it.
        """
        raise NotImplementedError(f"{type(self).__name__} does not support restore_session.")

    async def flush(self) -> None:
        """Waits until everything acknowledged is in the store; nothing to do by default."""

    async def close(self) -> None:
        """Releases connections and files; nothing to do by default."""


def apply_to_session(session: Session, event: Event) -> None:
    """Brings a holder's session up to date with an event it stored."""
    take_temp_keys(session, event)
    session.state.update(event.actions.state_delta)
    # What the holder does to these values later is no part of this event.
    event.actions.state_delta.update(copy_state(event.actions.state_delta))
    if not (session.events and session.events[-1] is event):
        session.events.append(event)
    session.last_update_time = event.timestamp


def take_temp_keys(session: Session, event: Event) -> None:
    """Moves `temp:` keys of the event's delta into the run's state: they are never stored."""
    delta = event.actions.state_delta
    if any(key.startswith(State.TEMP_PREFIX) for key in delta):
        for key in [key for key in delta if key.startswith(State.TEMP_PREFIX)]:
            session.state[key] = delta.pop(key)
