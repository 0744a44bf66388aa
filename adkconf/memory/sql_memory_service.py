"""Memory in a SQL database with full-text search: SQLite or PostgreSQL."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Self
from uuid import uuid4

from google.genai import types
from pydantic_core import PydanticSerializationError, to_jsonable_python

from adkconf.errors import InputValidationError
from adkconf.events.event import Event
from adkconf.memory.base_memory_service import BaseMemoryService, SearchMemoryResponse
from adkconf.memory.memory_entry import MemoryEntry
from adkconf.memory.sql.full_text import FULL_TEXT
from adkconf.memory.sql.memories import Memories, MemoryRow, NewMemory
from adkconf.memory.sql.terms import Terms
from adkconf.sessions.session import Session
from adkconf.sessions.session_key import SessionKey, check_id
from adkconf.sql.condition import DatabaseCondition
from adkconf.sql.connect import Synchronous, connect_url
from adkconf.sql.examination import examine

_MOST_RESULTS = 10


class SqlMemoryService(BaseMemoryService):
    """Finds entries that share words with the query: at most ten, most common words first.

    `db_url` is a URL of SQLAlchemy's for SQLite or PostgreSQL, which may be the database of the
    sessions. `synchronous` is SQLite's setting; other options go to SQLAlchemy's engine. Any
    number of processes may use the same database.

    Words are compared without regard to case. Scripts without blanks between words (Chinese,
    Japanese, Thai and so on) match anywhere inside a text.

    Raises:
        InputValidationError: the URL or an option cannot be used.
        MissingExtraError: the database's driver is not installed.
    """

    def __init__(
        self, db_url: str, *, synchronous: Synchronous | None = None, **engine_options: Any
    ) -> None:
        self._database = connect_url(db_url, synchronous=synchronous, engine_options=engine_options)
        if self._database.dialect not in FULL_TEXT:
            raise InputValidationError(
                f"{self._database.place} has no full-text search that is supported; use "
                f"{' or '.join(FULL_TEXT)}"
            )
        self._memories = Memories(self._database.dialect)
        self._is_open = False
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        """Connects and makes the tables that are missing; without it the first call does.

        Raises:
            ServiceUnavailableError: the database cannot be reached or written.
            ServiceError: the tables cannot be made.
        """
        async with self._opening:
            if not self._is_open and not await self._database.read(self._memories.exist):
                await self._database.write(self._memories.create)
            self._is_open = True

    async def close(self) -> None:
        """Finishes what is under way and closes the connections."""
        await self._database.close()

    async def examine(self) -> DatabaseCondition:
        """Tells how the database is; see `Examinable.examine`."""
        await self.open()
        return await examine(self._database, "full text", self._memories.tables)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def add_session_to_memory(self, session: Session) -> None:
        """Remembers the events of a session that are new since it was added last."""
        await self.add_events_to_memory(
            app_name=session.app_name,
            user_id=session.user_id,
            events=session.events,
            session_id=session.id,
        )

    async def add_events_to_memory(
        self,
        *,
        app_name: str,
        user_id: str,
        events: Sequence[Event],
        session_id: str | None = None,
        custom_metadata: Mapping[str, object] | None = None,
    ) -> None:
        """Remembers some events; entries carry `custom_metadata`.

        Raises:
            InputValidationError: an id is too long, or JSON cannot carry a value.
        """
        key = _check(app_name, user_id, session_id)
        await self.open()
        known = await self._database.read(
            partial(
                self._memories.known, app_name=app_name, user_id=user_id, session_id=key.session_id
            )
        )
        entries = [
            _entry(event, event.content, custom_metadata)
            for event in events
            if event.id not in known and event.content is not None and event.content.parts
        ]
        if entries:
            new = await asyncio.to_thread(_prepare, key, entries)
            await self._database.write(
                partial(self._memories.add, app_name=app_name, user_id=user_id, new=new)
            )

    async def add_memory(
        self,
        *,
        app_name: str,
        user_id: str,
        memories: Sequence[MemoryEntry],
        custom_metadata: Mapping[str, object] | None = None,
    ) -> None:
        """Remembers entries; those without an id get one, those with a known id replace it.

        Raises:
            InputValidationError: an id is too long, or JSON cannot carry a value.
        """
        key = _check(app_name, user_id, None)
        entries = [
            memory.model_copy(
                update={
                    "id": memory.id or str(uuid4()),
                    "custom_metadata": {**memory.custom_metadata, **(custom_metadata or {})},
                }
            )
            for memory in memories
        ]
        new = _prepare(key, entries)
        await self.open()
        for memory in new:
            await self._database.write(
                partial(self._memories.put, app_name=app_name, user_id=user_id, memory=memory)
            )

    async def search_memory(
        self, *, app_name: str, user_id: str, query: str
    ) -> SearchMemoryResponse:
        """Finds entries by common words; equally good ones in the order they were added.

        The first 64 different words of the query count.
        """
        words = Terms(app_name, user_id).of_query(query)
        if not words or not SessionKey(app_name, user_id, "").storable:
            return SearchMemoryResponse()
        await self.open()
        rows = await self._database.read(
            partial(
                self._memories.search,
                app_name=app_name,
                user_id=user_id,
                words=words,
                most=_MOST_RESULTS,
            )
        )
        return SearchMemoryResponse(memories=[_load(row) for row in rows])

    async def delete_memory(
        self, *, app_name: str, user_id: str, memory_id: str | None = None
    ) -> None:
        """Forgets an entry; adding its session again does not bring it back."""
        if memory_id is None or not SessionKey(app_name, user_id, memory_id).storable:
            return
        await self.open()
        await self._database.write(
            partial(self._memories.forget, app_name=app_name, user_id=user_id, memory_id=memory_id)
        )


def _check(app_name: str, user_id: str, session_id: str | None) -> SessionKey:
    key = SessionKey(app_name, user_id, session_id or "")
    for field, value in zip(key._fields, key, strict=True):
        check_id(field, value)
    return key


def _entry(
    event: Event, content: types.Content, custom_metadata: Mapping[str, object] | None
) -> MemoryEntry:
    return MemoryEntry(
        id=event.id,
        content=content,
        author=event.author,
        timestamp=datetime.fromtimestamp(event.timestamp, UTC).isoformat(),
        custom_metadata=dict(custom_metadata or {}),
    )


def _prepare(key: SessionKey, entries: Sequence[MemoryEntry]) -> list[NewMemory]:
    terms = Terms(key.app_name, key.user_id)
    return [
        NewMemory(key.session_id, _dump(entry), terms.of_text(_text(entry))) for entry in entries
    ]


def _dump(entry: MemoryEntry) -> MemoryRow:
    memory_id = entry.id or ""
    check_id("memory id", memory_id)
    try:
        content = entry.content.model_dump(mode="json", exclude_none=True)
        metadata = to_jsonable_python(entry.custom_metadata, bytes_mode="base64")
        return MemoryRow(
            memory_id,
            entry.author,
            entry.timestamp,
            json.dumps(content, allow_nan=False),
            json.dumps(metadata, allow_nan=False),
        )
    except (PydanticSerializationError, ValueError, RecursionError) as error:
        raise InputValidationError(
            f"memory {memory_id!r} holds a value that JSON cannot carry: {error}"
        ) from error


def _load(row: MemoryRow) -> MemoryEntry:
    return MemoryEntry(
        id=row.memory_id,
        content=types.Content.model_validate_json(row.content),
        author=row.author,
        timestamp=row.timestamp,
        custom_metadata=json.loads(row.custom_metadata),
    )


def _text(entry: MemoryEntry) -> str:
    return " ".join(part.text for part in entry.content.parts or [] if part.text)
