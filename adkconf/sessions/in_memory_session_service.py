"""Sessions that live as long as the process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from adkconf.events.event import Event
from adkconf.sessions.base_session_service import (
    BaseSessionService,
    GetSessionConfig,
    ListSessionsResponse,
    take_temp_keys,
)
from adkconf.sessions.event_time import next_timestamp, now
from adkconf.sessions.live_session import LiveSession, as_session, catch_up
from adkconf.sessions.session import Session
from adkconf.sessions.session_key import SessionKey
from adkconf.sessions.state_scopes import StateScopes, copy_state, copy_value


@dataclass(slots=True)
class _Stored:
    live: LiveSession
    state: dict[str, Any]
    initial_state: dict[str, Any]
    event_ids: dict[str, Event] = field(default_factory=dict)


class InMemorySessionService(BaseSessionService):
    """For tests, one-off runs and conversations that need not survive a restart.

    State values may be any Python objects that can be copied. Use it from one event loop.
    """

    def __init__(self) -> None:
        self._users: dict[tuple[str, str], dict[str, _Stored]] = {}
        self._user_ids: dict[str, dict[str, None]] = {}
        self._app_states: dict[str, dict[str, Any]] = {}
        self._user_states: dict[tuple[str, str], dict[str, Any]] = {}

    async def create_session(
        self,
        *,
        app_name: str,
        user_id: str,
        state: dict[str, Any] | None = None,
        session_id: str | None = None,
    ) -> Session:
        """Creates a session; see `BaseSessionService.create_session`."""
        key = SessionKey.new(app_name, user_id, session_id)
        if self._find(key) is not None:
            raise key.taken()
        scopes = StateScopes.split(state or {}, copy_value)
        stored = _Stored(LiveSession(key, now()), scopes.session, copy_state(scopes.session))
        self._users.setdefault((app_name, user_id), {})[key.session_id] = stored
        self._user_ids.setdefault(app_name, {})[user_id] = None
        self._update_shared_state(key, scopes)
        return self._snapshot(stored, [])

    async def get_session(
        self,
        *,
        app_name: str,
        user_id: str,
        session_id: str,
        config: GetSessionConfig | None = None,
    ) -> Session | None:
        """Returns a deep copy of the session, or None."""
        stored = self._find(SessionKey.of(app_name, user_id, session_id))
        if stored is None:
            return None
        events = stored.live.events
        return self._snapshot(stored, config.select(list(events)) if config else events)

    async def load_for_run(
        self,
        *,
        app_name: str,
        user_id: str,
        session_id: str,
        config: GetSessionConfig | None = None,
    ) -> Session | None:
        """Returns the session around the stored event list itself, or None."""
        stored = self._find(SessionKey.of(app_name, user_id, session_id))
        if stored is None:
            return None
        return stored.live.share(copy_state(self._scopes(stored).merge()), config)

    async def list_sessions(
        self, *, app_name: str, user_id: str | None = None
    ) -> ListSessionsResponse:
        """Lists sessions with their state; see `BaseSessionService.list_sessions`."""
        user_ids = self._user_ids.get(app_name, {}) if user_id is None else [user_id]
        sessions = [
            self._snapshot(stored, [])
            for each in user_ids
            for stored in self._users.get((app_name, each), {}).values()
        ]
        sessions.sort(key=lambda session: (session.last_update_time, session.user_id, session.id))
        return ListSessionsResponse(sessions=sessions)

    async def delete_session(self, *, app_name: str, user_id: str, session_id: str) -> None:
        """Deletes a session; one that does not exist is no error."""
        key = SessionKey.of(app_name, user_id, session_id)
        self._users.get((app_name, user_id), {}).pop(key.session_id, None)

    async def get_user_state(self, *, app_name: str, user_id: str) -> dict[str, Any]:
        """Returns a copy of the user's state, keys without the `user:` prefix."""
        return copy_state(self._user_states.get((app_name, user_id), {}))

    async def initial_state(
        self, *, app_name: str, user_id: str, session_id: str
    ) -> dict[str, Any]:
        """Returns a copy of the state that the session was created with."""
        stored = self._find(SessionKey.of(app_name, user_id, session_id))
        return {} if stored is None else copy_state(stored.initial_state)

    async def append_event(self, session: Session, event: Event) -> Event:
        """Stores an event; see `BaseSessionService.append_event`.

        Raises:
            SessionNotFoundError: the session was deleted.
            InputValidationError: a state value cannot be copied.
        """
        if event.partial:
            return event
        key = SessionKey.of(session.app_name, session.user_id, session.id)
        stored = self._find(key)
        if stored is None:
            raise key.not_found()
        take_temp_keys(session, event)
        if (known := stored.event_ids.get(event.id)) is not None:
            event.timestamp = known.timestamp
            catch_up(session, event)
            return event
        scopes = StateScopes.split(event.actions.state_delta, copy_value)
        event.timestamp = next_timestamp(event.timestamp, stored.live.last_update_time)
        stored.live.add(event, session)
        stored.event_ids[event.id] = event
        stored.state.update(scopes.session)
        self._update_shared_state(key, scopes)
        return event

    async def rewind(self, session: Session, event: Event, state: dict[str, Any]) -> Event:
        """Stores the event of a rewind; see `BaseSessionService.rewind`."""
        event = await self.append_event(session, event)
        stored = self._find(SessionKey.of(session.app_name, session.user_id, session.id))
        if stored is not None:
            stored.state = copy_state(state)
        return event

    def _find(self, key: SessionKey) -> _Stored | None:
        return self._users.get((key.app_name, key.user_id), {}).get(key.session_id)

    def _scopes(self, stored: _Stored) -> StateScopes:
        key = stored.live.key
        return StateScopes(
            self._app_states.get(key.app_name, {}),
            self._user_states.get((key.app_name, key.user_id), {}),
            stored.state,
        )

    def _update_shared_state(self, key: SessionKey, scopes: StateScopes) -> None:
        if scopes.app:
            self._app_states.setdefault(key.app_name, {}).update(scopes.app)
        if scopes.user:
            user = (key.app_name, key.user_id)
            self._user_states.setdefault(user, {}).update(scopes.user)

    def _snapshot(self, stored: _Stored, events: list[Event]) -> Session:
        return as_session(
            stored.live.key,
            copy_state(self._scopes(stored).merge()),
            [event.model_copy(deep=True) for event in events],
            stored.live.last_update_time,
        )
