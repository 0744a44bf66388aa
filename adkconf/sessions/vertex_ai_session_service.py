"""Sessions in Vertex AI Agent Engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adkconf.errors import InputValidationError
from adkconf.events.event import Event
from adkconf.sessions.base_session_service import (
    BaseSessionService,
    GetSessionConfig,
    ListSessionsResponse,
    apply_to_session,
    take_temp_keys,
)
from adkconf.sessions.event_time import next_timestamp
from adkconf.sessions.live_session import LiveSession, as_session, catch_up
from adkconf.sessions.live_sessions import LiveEntry, LiveSessions
from adkconf.sessions.session import Session
from adkconf.sessions.session_key import SessionKey, check_id
from adkconf.sessions.state import State
from adkconf.sessions.state_json import json_value
from adkconf.sessions.vertex.remote_sessions import ENGINES, RemoteSessions, StoredSession
from adkconf.vertex.access import choose_access
from adkconf.vertex.client import Json, VertexClient
from adkconf.vertex.resource_name import ResourceName
from adkconf.vertex.service import VertexService

# Clocks of other writers may be that far behind: so much of what is known is read again.
_OVERLAP_SECONDS = 60.0


@dataclass(frozen=True)
class _Known:
    """What was read of a session: which one it is, and the ids of its events."""

    created: str
    ids: set[str] = field(default_factory=set)


class VertexAiSessionService(VertexService, BaseSessionService):
    """Keeps sessions in the Agent Engine `agent_engine_id`, an id or a full resource name.

    Without it, the app's name is the engine's. Requests are made with Application Default
    Credentials in `project` and `location` (default: those of the full name, GOOGLE_CLOUD_PROJECT
    and GOOGLE_CLOUD_LOCATION), or with an `express_mode_api_key`. `base_url` (default:
    GOOGLE_VERTEX_BASE_URL) replaces Google's server. Sessions expire after `ttl` ("3600s").

    A session in use stays in memory: a run reads its state and the events of the last minute. The
    service keeps no order of its own: events of different processes are ordered by their clocks.

    Raises:
        InputValidationError: both a key and a project were given, or a name is none.
    """

    def __init__(
        self,
        project: str | None = None,
        location: str | None = None,
        agent_engine_id: str | None = None,
        *,
        express_mode_api_key: str | None = None,
        base_url: str | None = None,
        ttl: str | None = None,
    ) -> None:
        engine_id = None
        if agent_engine_id is not None:
            engine = ResourceName.parse(agent_engine_id, ENGINES).inside(project, location)
            engine_id, project, location = engine.id, engine.project, engine.location
        access = choose_access(project, location, express_mode_api_key, base_url)
        super().__init__(VertexClient(access))
        self._remote = RemoteSessions(self._client, engine_id)
        self._ttl = ttl
        self._live: LiveSessions[_Known] = LiveSessions()

    async def create_session(
        self,
        *,
        app_name: str,
        user_id: str,
        state: dict[str, Any] | None = None,
        session_id: str | None = None,
        ttl: str | None = None,
        expire_time: datetime | str | None = None,
        display_name: str | None = None,
        labels: dict[str, str] | None = None,
    ) -> Session:
        """Creates a session; without an id the service makes one.

        `ttl` ("7200s") or `expire_time` (a time with its zone, or RFC 3339 text) count instead of
        the service's own ttl.

        Raises:
            AlreadyExistsError: the id is taken, be it by another user.
            InputValidationError: the id or a value cannot be stored.
        """
        if ttl is not None and expire_time is not None:
            raise InputValidationError("give either ttl or expire_time; both say when it ends")
        check_id("user_id", user_id)
        fields = {
            "sessionState": _without_temp(state or {}),
            "displayName": display_name,
            "labels": labels,
            "expireTime": _in_text(expire_time),
            "ttl": ttl or (self._ttl if expire_time is None else None),
        }
        given: Json = {name: value for name, value in fields.items() if value}
        stored = await self._remote.create(app_name, user_id, session_id, given)
        key = SessionKey(app_name, user_id, stored.id)
        entry = self._live.entry(key)
        async with entry.lock:
            entry.live = LiveSession(key, stored.update_time)
            entry.revision = _Known(stored.created)
        return as_session(key, stored.state, [], stored.update_time)

    async def get_session(
        self,
        *,
        app_name: str,
        user_id: str,
        session_id: str,
        config: GetSessionConfig | None = None,
    ) -> Session | None:
        """Reads a session, or returns None; `last_update_time` is the service's.

        Raises:
            SessionNotFoundError: it is another user's.
            InputValidationError: the id cannot be one.
        """
        key = self._remote.key(app_name, user_id, session_id)
        found = await self._remote.read_with_events(key, config)
        if found is None:
            return None
        stored, events = found
        return as_session(key, stored.state, events, stored.update_time)

    async def load_for_run(
        self,
        *,
        app_name: str,
        user_id: str,
        session_id: str,
        config: GetSessionConfig | None = None,
    ) -> Session | None:
        """Returns the session in memory after reading what is new; with limits, a copy."""
        if config is not None and config.limits:
            return await self.get_session(
                app_name=app_name, user_id=user_id, session_id=session_id, config=config
            )
        key = self._remote.key(app_name, user_id, session_id)
        entry = self._live.entry(key)
        async with entry.lock:
            stored = await self._catch_up(key, entry) or await self._read_whole(key, entry)
            if stored is None or entry.live is None:
                self._live.forget(key)
                return None
            self._live.settle(key, entry)
            entry.live.last_update_time = stored.update_time
            return entry.live.share(stored.state)

    async def list_sessions(
        self, *, app_name: str, user_id: str | None = None
    ) -> ListSessionsResponse:
        """Lists sessions with their state."""
        sessions = [
            as_session(
                SessionKey(app_name, each.user_id, each.id), each.state, [], each.update_time
            )
            for each in await self._remote.list(app_name, user_id)
        ]
        return ListSessionsResponse(sessions=sessions)

    async def delete_session(self, *, app_name: str, user_id: str, session_id: str) -> None:
        """Deletes a session with its events; one that does not exist is no error.

        Raises:
            SessionNotFoundError: it is another user's.
        """
        key = self._remote.key(app_name, user_id, session_id)
        await self._remote.delete(key)
        self._live.forget(key)

    async def append_event(self, session: Session, event: Event) -> Event:
        """Stores an event; sending one again that is known here stores it once.

        Raises:
            SessionNotFoundError: the session was deleted.
            InputValidationError: the event holds a value that JSON cannot carry.
            ServiceUnavailableError: the service did not take it.
        """
        if event.partial:
            return event
        key = self._remote.key(session.app_name, session.user_id, session.id)
        take_temp_keys(session, event)
        entry = self._live.entry(key)
        async with entry.lock:
            if (stored := _find(entry, event.id)) is not None:
                event.timestamp = stored.timestamp
                catch_up(session, event)
                return event
            event.timestamp = next_timestamp(event.timestamp, _last_time(entry, session))
            await self._remote.append(key, event)
            if entry.live is not None and entry.revision is not None:
                entry.live.add(event, session)
                entry.revision.ids.add(event.id)
            else:
                apply_to_session(session, event)
            self._live.settle(key, entry)
        return event

    async def _catch_up(self, key: SessionKey, entry: LiveEntry[_Known]) -> StoredSession | None:
        """Reads what is new; None if nothing is known, or what is known is not true any more."""
        live, known = entry.live, entry.revision
        if live is None or known is None:
            return None
        last = live.events[-1].timestamp if live.events else 0.0
        recent = GetSessionConfig(after_timestamp=last - _OVERLAP_SECONDS)
        found = await self._remote.read_with_events(key, recent)
        if found is None:
            return None
        stored, events = found
        new = [event for event in events if event.id not in known.ids]
        if stored.created != known.created or any(event.timestamp <= last for event in new):
            return None
        live.events.extend(new)
        known.ids.update(event.id for event in new)
        return stored

    async def _read_whole(self, key: SessionKey, entry: LiveEntry[_Known]) -> StoredSession | None:
        found = await self._remote.read_with_events(key)
        if found is None:
            return None
        stored, events = found
        entry.live = LiveSession(key, stored.update_time, events)
        entry.revision = _Known(stored.created, {event.id for event in events})
        return stored


def _without_temp(state: dict[str, Any]) -> dict[str, Any]:
    return {
        key: json_value(key, value)
        for key, value in state.items()
        if not key.startswith(State.TEMP_PREFIX)
    }


def _in_text(moment: datetime | str | None) -> str | None:
    return moment.isoformat() if isinstance(moment, datetime) else moment


def _find(entry: LiveEntry[_Known], event_id: str) -> Event | None:
    """Finds a stored event in memory; the one sent again is most often the last."""
    if entry.live is None or entry.revision is None or event_id not in entry.revision.ids:
        return None
    return next(event for event in reversed(entry.live.events) if event.id == event_id)


def _last_time(entry: LiveEntry[_Known], session: Session) -> float:
    known = entry.live.events[-1:] if entry.live is not None else []
    return max((event.timestamp for event in [*known, *session.events[-1:]]), default=0.0)
