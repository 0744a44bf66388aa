"""Services of adkconf where google-adk expects its own.

Sessions, artifacts and memories are adkconf's with either engine: what one has stored, the other
goes on with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from google.adk.artifacts.base_artifact_service import ArtifactVersion as AdkArtifactVersion
from google.adk.artifacts.base_artifact_service import (
    BaseArtifactService as AdkBaseArtifactService,
)
from google.adk.errors.already_exists_error import AlreadyExistsError as AdkAlreadyExistsError
from google.adk.events.event import Event as AdkEvent
from google.adk.memory.base_memory_service import BaseMemoryService as AdkBaseMemoryService
from google.adk.memory.base_memory_service import (
    SearchMemoryResponse as AdkSearchMemoryResponse,
)
from google.adk.memory.memory_entry import MemoryEntry as AdkMemoryEntry
from google.adk.sessions.base_session_service import (
    BaseSessionService as AdkBaseSessionService,
)
from google.adk.sessions.base_session_service import GetSessionConfig as AdkGetSessionConfig
from google.adk.sessions.base_session_service import (
    ListSessionsResponse as AdkListSessionsResponse,
)
from google.adk.sessions.session import Session as AdkSession
from google.genai import types

from adkconf.artifacts.base_artifact_service import BaseArtifactService
from adkconf.builder.google_adk.translation import adk_session, own_event, own_session
from adkconf.errors import AlreadyExistsError
from adkconf.memory.base_memory_service import BaseMemoryService
from adkconf.memory.memory_entry import MemoryEntry
from adkconf.sessions.base_session_service import BaseSessionService, GetSessionConfig
from adkconf.sessions.session_page import PageRequest, SessionPage


class Sessions(AdkBaseSessionService):
    """A session service of adkconf's behind google-adk's contract."""

    def __init__(self, own: BaseSessionService) -> None:
        self._own = own

    async def create_session(
        self,
        *,
        app_name: str,
        user_id: str,
        state: dict[str, Any] | None = None,
        session_id: str | None = None,
    ) -> AdkSession:
        """Creates a session.

        Raises:
            AlreadyExistsError: google-adk's; the id is taken.
        """
        try:
            return adk_session(
                await self._own.create_session(
                    app_name=app_name, user_id=user_id, state=state, session_id=session_id
                )
            )
        except AlreadyExistsError as error:
            raise AdkAlreadyExistsError(str(error)) from error

    async def get_session(
        self,
        *,
        app_name: str,
        user_id: str,
        session_id: str,
        config: AdkGetSessionConfig | None = None,
    ) -> AdkSession | None:
        """Returns a copy, or None."""
        found = await self._own.get_session(
            app_name=app_name,
            user_id=user_id,
            session_id=session_id,
            config=GetSessionConfig(**config.model_dump()) if config else None,
        )
        return adk_session(found) if found else None

    async def list_sessions(
        self, *, app_name: str, user_id: str | None = None
    ) -> AdkListSessionsResponse:
        """Lists the sessions of a user, or of all users."""
        listed = await self._own.list_sessions(app_name=app_name, user_id=user_id)
        return AdkListSessionsResponse(sessions=[adk_session(each) for each in listed.sessions])

    async def list_session_page(self, page: PageRequest) -> SessionPage:
        """Lists a part of the sessions; what servers ask for beyond google-adk's contract."""
        return await self._own.list_session_page(page)

    async def delete_session(self, *, app_name: str, user_id: str, session_id: str) -> None:
        """Deletes a session and its events."""
        await self._own.delete_session(app_name=app_name, user_id=user_id, session_id=session_id)

    async def get_user_state(self, *, app_name: str, user_id: str) -> dict[str, Any]:
        """Returns the user's state, keys without the `user:` prefix."""
        return await self._own.get_user_state(app_name=app_name, user_id=user_id)

    async def append_event(self, session: AdkSession, event: AdkEvent) -> AdkEvent:
        """Stores an event, then applies it to the session; its time becomes that of the store."""
        if event.partial:
            return event
        stored = await self._own.append_event(own_session(session, events=False), own_event(event))
        event.timestamp = session.last_update_time = stored.timestamp
        return await super().append_event(session, event)

    async def flush(self) -> None:
        """Waits until everything is stored."""
        await self._own.flush()


class Artifacts(AdkBaseArtifactService):
    """An artifact service of adkconf's behind google-adk's contract."""

    def __init__(self, own: BaseArtifactService) -> None:
        self._own = own

    async def save_artifact(self, **arguments: Any) -> int:
        """Stores a part as the next version and returns its number."""
        return await self._own.save_artifact(**arguments)

    async def load_artifact(self, **arguments: Any) -> types.Part | None:
        """Returns a version, by default the latest, or None."""
        return await self._own.load_artifact(**arguments)

    async def list_artifact_keys(self, **arguments: Any) -> list[str]:
        """Returns the names of files."""
        return await self._own.list_artifact_keys(**arguments)

    async def delete_artifact(self, **arguments: Any) -> None:
        """Deletes all versions of a file."""
        await self._own.delete_artifact(**arguments)

    async def list_versions(self, **arguments: Any) -> list[int]:
        """Returns the numbers of a file's versions."""
        return await self._own.list_versions(**arguments)

    async def list_artifact_versions(self, **arguments: Any) -> list[AdkArtifactVersion]:
        """Returns what is known of a file's versions."""
        found = await self._own.list_artifact_versions(**arguments)
        return [AdkArtifactVersion(**version.model_dump()) for version in found]

    async def get_artifact_version(self, **arguments: Any) -> AdkArtifactVersion | None:
        """Returns what is known of a version, by default the latest, or None."""
        found = await self._own.get_artifact_version(**arguments)
        return AdkArtifactVersion(**found.model_dump()) if found else None


class Memories(AdkBaseMemoryService):
    """A memory service of adkconf's behind google-adk's contract."""

    def __init__(self, own: BaseMemoryService) -> None:
        self._own = own

    async def add_session_to_memory(self, session: AdkSession) -> None:
        """Remembers a session."""
        await self._own.add_session_to_memory(own_session(session))

    async def add_events_to_memory(
        self,
        *,
        app_name: str,
        user_id: str,
        events: Sequence[AdkEvent],
        session_id: str | None = None,
        custom_metadata: Mapping[str, object] | None = None,
    ) -> None:
        """Remembers some events."""
        await self._own.add_events_to_memory(
            app_name=app_name,
            user_id=user_id,
            events=[own_event(event) for event in events],
            session_id=session_id,
            custom_metadata=custom_metadata,
        )

    async def add_memory(
        self,
        *,
        app_name: str,
        user_id: str,
        memories: Sequence[AdkMemoryEntry],
        custom_metadata: Mapping[str, object] | None = None,
    ) -> None:
        """Remembers entries as they are given."""
        await self._own.add_memory(
            app_name=app_name,
            user_id=user_id,
            memories=[MemoryEntry(**entry.model_dump()) for entry in memories],
            custom_metadata=custom_metadata,
        )

    async def search_memory(
        self, *, app_name: str, user_id: str, query: str
    ) -> AdkSearchMemoryResponse:
        """Finds what is remembered of a user."""
        found = await self._own.search_memory(app_name=app_name, user_id=user_id, query=query)
        memories = [AdkMemoryEntry(**entry.model_dump()) for entry in found.memories]
        return AdkSearchMemoryResponse(memories=memories)

    async def delete_memory(
        self, *, app_name: str, user_id: str, memory_id: str | None = None
    ) -> None:
        """Forgets an entry."""
        await self._own.delete_memory(app_name=app_name, user_id=user_id, memory_id=memory_id)
