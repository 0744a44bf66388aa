"""The contract of a memory service."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, Field

from adkconf.events.event import Event
from adkconf.memory.memory_entry import MemoryEntry
from adkconf.sessions.session import Session


class SearchMemoryResponse(BaseModel):
    """What a search found, the best match first."""

    memories: list[MemoryEntry] = Field(default_factory=list)


class BaseMemoryService(ABC):
    """Remembers across sessions. What one user of one app said is found by nobody else."""

    @abstractmethod
    async def add_session_to_memory(self, session: Session) -> None:
        """Remembers a session. Call it as often as you like: what is known is not added twice."""

    async def add_events_to_memory(
        self,
        *,
        app_name: str,
        user_id: str,
        events: Sequence[Event],
        session_id: str | None = None,
        custom_metadata: Mapping[str, object] | None = None,
    ) -> None:
        """Remembers some events, besides what is remembered already.

        Raises:
            NotImplementedError: this service takes whole sessions only.
        """
        raise NotImplementedError(
            f"{type(self).__name__} cannot remember single events; use add_session_to_memory."
        )

    async def add_memory(
        self,
        *,
        app_name: str,
        user_id: str,
        memories: Sequence[MemoryEntry],
        custom_metadata: Mapping[str, object] | None = None,
    ) -> None:
        """Remembers entries as they are given.

        Raises:
            NotImplementedError: this service makes its entries itself.
        """
        raise NotImplementedError(
            f"{type(self).__name__} makes its entries from events; use add_session_to_memory."
        )

    @abstractmethod
    async def search_memory(
        self, *, app_name: str, user_id: str, query: str
    ) -> SearchMemoryResponse:
        """Finds what is remembered of a user that has to do with `query`."""

    async def delete_memory(
        self, *, app_name: str, user_id: str, memory_id: str | None = None
    ) -> None:
        """Forgets the entry with this `MemoryEntry.id`.

        Raises:
            NotImplementedError: this service cannot forget single entries.
        """
        raise NotImplementedError(f"{type(self).__name__} cannot forget single entries.")

    async def close(self) -> None:
        """Releases connections and files; nothing to do by default."""
