"""Memory that lasts as long as the process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from adkconf.events.event import Event
from adkconf.memory.base_memory_service import BaseMemoryService, SearchMemoryResponse
from adkconf.memory.memory_entry import MemoryEntry
from adkconf.memory.words import WordIndex, query_words
from adkconf.sessions.session import Session

_MOST_RESULTS = 10


@dataclass(slots=True)
class _UserMemory:
    # Keyed by session and event, so that a session can be added again; None: no session known.
    entries: dict[tuple[str | None, str], tuple[MemoryEntry, WordIndex]] = field(
        default_factory=dict
    )
    forgotten: set[str] = field(default_factory=set)


class InMemoryMemoryService(BaseMemoryService):
    """Finds entries that share words with the query: at most ten, most common words first.

    For tests and small installations: a search looks at all entries of the user.
    """

    def __init__(self) -> None:
        self._users: dict[tuple[str, str], _UserMemory] = {}

    async def add_session_to_memory(self, session: Session) -> None:
        """Remembers the events of a session that are new since it was added last."""
        self._add_events(session.app_name, session.user_id, session.id, session.events, {})

    async def add_events_to_memory(
        self,
        *,
        app_name: str,
        user_id: str,
        events: Sequence[Event],
        session_id: str | None = None,
        custom_metadata: Mapping[str, object] | None = None,
    ) -> None:
        """Remembers some events; entries carry `custom_metadata`."""
        self._add_events(app_name, user_id, session_id, events, custom_metadata or {})

    async def add_memory(
        self,
        *,
        app_name: str,
        user_id: str,
        memories: Sequence[MemoryEntry],
        custom_metadata: Mapping[str, object] | None = None,
    ) -> None:
        """Remembers entries; those without an id get one, those with a known id replace it."""
        user = self._user(app_name, user_id)
        for memory in memories:
            entry = memory.model_copy(deep=True)
            entry.id = entry.id or str(uuid4())
            entry.custom_metadata.update(custom_metadata or {})
            user.forgotten.discard(entry.id)
            user.entries[None, entry.id] = entry, WordIndex.of(_text(entry))

    async def search_memory(
        self, *, app_name: str, user_id: str, query: str
    ) -> SearchMemoryResponse:
        """Finds entries by common words; equally good ones in the order they were added."""
        user = self._users.get((app_name, user_id))
        if user is None:
            return SearchMemoryResponse()
        words = query_words(query)
        found = [
            (matches, entry)
            for entry, index in user.entries.values()
            if (matches := index.count_matches(words))
        ]
        found.sort(key=lambda match: -match[0])
        best = [entry.model_copy(deep=True) for _, entry in found[:_MOST_RESULTS]]
        return SearchMemoryResponse(memories=best)

    async def delete_memory(
        self, *, app_name: str, user_id: str, memory_id: str | None = None
    ) -> None:
        """Forgets an entry; adding its session again does not bring it back."""
        user = self._users.get((app_name, user_id))
        if user is None or memory_id is None:
            return
        for key in [key for key in user.entries if key[1] == memory_id]:
            del user.entries[key]
            user.forgotten.add(memory_id)

    def _add_events(
        self,
        app_name: str,
        user_id: str,
        session_id: str | None,
        events: Iterable[Event],
        custom_metadata: Mapping[str, object],
    ) -> None:
        user = self._user(app_name, user_id)
        for event in events:
            key = session_id, event.id
            if key in user.entries or event.id in user.forgotten:
                continue
            if event.content is None or not event.content.parts:
                continue
            entry = MemoryEntry(
                id=event.id,
                content=event.content.model_copy(deep=True),
                author=event.author,
                timestamp=datetime.fromtimestamp(event.timestamp, UTC).isoformat(),
                custom_metadata=dict(custom_metadata),
            )
            user.entries[key] = entry, WordIndex.of(_text(entry))

    def _user(self, app_name: str, user_id: str) -> _UserMemory:
        return self._users.setdefault((app_name, user_id), _UserMemory())


def _text(entry: MemoryEntry) -> str:
    return " ".join(part.text for part in entry.content.parts or [] if part.text)
