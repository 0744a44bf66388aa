"""The sessions of one Agent Engine account, as its REST API knows them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from adkconf.errors import (
    AlreadyExistsError,
    InputValidationError,
    NotFoundError,
    SessionNotFoundError,
)
from adkconf.events.event import Event
from adkconf.sessions.base_session_service import GetSessionConfig
from adkconf.sessions.session_key import SessionKey
from adkconf.sessions.vertex.event_json import dump_event, load_event
from adkconf.vertex.client import Json, VertexClient
from adkconf.vertex.moment import from_moment, to_moment
from adkconf.vertex.resource_name import ResourceName, last_part

ENGINES = "reasoningEngines"
_SESSION_ID = re.compile(r"[A-Za-z0-9_-]+")
_MOST_PER_PAGE = 100


@dataclass(frozen=True)
class StoredSession:
    """A session without its events."""

    id: str
    user_id: str
    state: dict[str, Any]
    created: str
    update_time: float

    @classmethod
    def load(cls, resource: Json) -> Self:
        """Reads the resource."""
        return cls(
            id=last_part(resource["name"]),
            user_id=resource.get("userId", ""),
            state=resource.get("sessionState") or {},
            created=resource.get("createTime", ""),
            update_time=from_moment(resource["updateTime"]),
        )


class RemoteSessions:
    """Asks the API. `engine_id` counts for every app; without it the app's name is the engine's."""

    def __init__(self, client: VertexClient, engine_id: str | None) -> None:
        self._client = client
        self._engine_id = engine_id

    def key(self, app_name: str, user_id: str, session_id: str) -> SessionKey:
        """Returns the key of a session that is given by its id or its full resource name.

        Raises:
            InputValidationError: the id cannot be one, or belongs to another engine.
        """
        engine = self._engine(app_name)
        given = session_id.strip()
        if match := re.fullmatch(rf"(?:.*/)?{ENGINES}/([^/]+)/sessions/([^/]+)", given):
            if match[1] != engine:
                raise InputValidationError(
                    f"session {given!r} belongs to Agent Engine {match[1]!r}, not to {engine!r}"
                )
            given = match[2]
        if not _SESSION_ID.fullmatch(given):
            raise InputValidationError(
                f"session id {session_id!r} cannot be one of Agent Engine; use letters, digits, "
                "- and _ only"
            )
        return SessionKey(app_name, user_id, given)

    async def create(
        self, app_name: str, user_id: str, session_id: str | None, fields: Json
    ) -> StoredSession:
        """Creates a session and waits until it is there.

        Raises:
            AlreadyExistsError: the id is taken.
            InputValidationError: the id cannot be one, or a field is wrong.
        """
        sessions = f"{ENGINES}/{self._engine(app_name)}/sessions"
        query = None
        if session_id and session_id.strip():
            query = {"sessionId": self.key(app_name, user_id, session_id).session_id}
        try:
            operation = await self._client.post(
                sessions, {"userId": user_id, **fields}, query=query
            )
            made = await self._client.finish(operation)
        except AlreadyExistsError:
            raise SessionKey(app_name, user_id, session_id or "").taken() from None
        return StoredSession.load(await self._client.get(made["name"]))

    async def read(self, key: SessionKey) -> StoredSession | None:
        """Reads a session, or returns None.

        Raises:
            SessionNotFoundError: it is another user's.
        """
        try:
            stored = StoredSession.load(await self._client.get(self._name(key)))
        except NotFoundError:
            return None
        if stored.user_id != key.user_id:
            raise SessionNotFoundError(
                f"Session {key.session_id} does not belong to user {key.user_id}."
            )
        return stored

    async def read_with_events(
        self, key: SessionKey, config: GetSessionConfig | None = None
    ) -> tuple[StoredSession, list[Event]] | None:
        """Reads a session and, side by side, those of its events that `config` lets through."""
        reading = asyncio.create_task(self.events(key, config or GetSessionConfig()))
        try:
            stored = await self.read(key)
            return None if stored is None else (stored, await reading)
        except SessionNotFoundError:
            raise
        except NotFoundError:
            return None
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def events(self, key: SessionKey, config: GetSessionConfig) -> list[Event]:
        """Reads events, oldest first, each id once.

        Raises:
            NotFoundError: there is no such session.
        """
        most = config.num_recent_events
        if most == 0:
            return []
        query: Json = {}
        if config.after_timestamp is not None:
            query["filter"] = f'timestamp>="{to_moment(config.after_timestamp)}"'
        if most is not None:
            query |= {"orderBy": "timestamp desc", "pageSize": min(most, _MOST_PER_PAGE)}
        items: list[Json] = []
        async for page in self._client.pages(f"{self._name(key)}/events", "sessionEvents", query):
            items += page
            if most is not None and len(items) >= most:
                break
        if most is not None:
            items = items[:most][::-1]
        return config.select(_each_once(map(load_event, items)))

    async def append(self, key: SessionKey, event: Event) -> None:
        """Stores an event.

        Raises:
            SessionNotFoundError: there is no such session.
            InputValidationError: JSON cannot carry the event.
        """

        async def is_there() -> bool:
            since = GetSessionConfig(after_timestamp=event.timestamp)
            return any(found.id == event.id for found in await self.events(key, since))

        body = dump_event(event)
        try:
            await self._client.post(f"{self._name(key)}:appendEvent", body, took_effect=is_there)
        except NotFoundError:
            raise key.not_found() from None

    async def list(self, app_name: str, user_id: str | None) -> list[StoredSession]:
        """Lists sessions, the least recently updated first."""
        sessions = f"{ENGINES}/{self._engine(app_name)}/sessions"
        query = {} if user_id is None else {"filter": f"user_id={_quoted(user_id)}"}
        found: list[StoredSession] = []
        async for page in self._client.pages(sessions, "sessions", query):
            found += map(StoredSession.load, page)
        return sorted(found, key=lambda each: (each.update_time, each.user_id, each.id))

    async def delete(self, key: SessionKey) -> None:
        """Deletes a session and waits until it is gone; one that does not exist is no error.

        Raises:
            SessionNotFoundError: it is another user's.
        """
        if await self.read(key) is None:
            return
        with suppress(NotFoundError):
            await self._client.finish(await self._client.delete(self._name(key)))

    def _engine(self, app_name: str) -> str:
        if self._engine_id is not None:
            return self._engine_id
        if app_name.isdigit() or "/" in app_name:
            return ResourceName.parse(app_name, ENGINES).id
        raise InputValidationError(
            f"app name {app_name!r} is no Agent Engine; give the service an agent_engine_id, or "
            f"name the app by its id or projects/PROJECT/locations/LOCATION/{ENGINES}/ID"
        )

    def _name(self, key: SessionKey) -> str:
        return f"{ENGINES}/{self._engine(key.app_name)}/sessions/{key.session_id}"


def _each_once(events: Iterable[Event]) -> list[Event]:
    """Leaves out what a writer stored again because it never heard that it was stored."""
    return list({event.id: event for event in reversed(list(events))}.values())[::-1]


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
