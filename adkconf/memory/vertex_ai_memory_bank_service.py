"""Memory in Vertex AI's Memory Bank, which makes facts of what was said."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.auth.credentials import Credentials
from google.genai import types

from adkconf.errors import InputValidationError, NotFoundError
from adkconf.events.event import Event
from adkconf.memory.base_memory_service import BaseMemoryService, SearchMemoryResponse
from adkconf.memory.memory_entry import MemoryEntry
from adkconf.memory.vertex.bank_options import (
    CREATE,
    GENERATE,
    INGEST,
    BankOptions,
    load_metadata,
    wants_consolidation,
    wants_generation,
)
from adkconf.sessions.session import Session
from adkconf.vertex.access import choose_access
from adkconf.vertex.client import Json, VertexClient
from adkconf.vertex.moment import to_moment
from adkconf.vertex.resource_name import ResourceName, last_part
from adkconf.vertex.service import VertexService
from adkconf.vertex.transport import may_repeat

_CREDENTIALS = "adk_request_credential"
_SUBSTANCE = (
    "text",
    "inline_data",
    "file_data",
    "function_call",
    "function_response",
    "executable_code",
    "code_execution_result",
    "tool_call",
    "tool_response",
)
_MOST_FACTS_PER_REQUEST = 5
_MOST_SESSIONS_KNOWN = 1000


@dataclass(frozen=True)
class MemoryProfile:
    """What is known of a user in the form of a schema of the Memory Bank."""

    schema_id: str
    profile: dict[str, Any]


class VertexAiMemoryBankService(VertexService, BaseMemoryService):
    """Keeps memories with the Agent Engine `agent_engine_id`, an id or a full resource name.

    Requests are made with `credentials`, or with Application Default Credentials, in `project` and
    `location` (default: those of the full name, GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_LOCATION),
    or with an `express_mode_api_key`. `base_url` (default: GOOGLE_VERTEX_BASE_URL) replaces
    Google's server.

    The service makes memories in its own time: what was said is not found at once.

    Raises:
        InputValidationError: both a key and a project were given, or the engine's name is none.
    """

    def __init__(
        self,
        project: str | None = None,
        location: str | None = None,
        agent_engine_id: str | None = None,
        *,
        express_mode_api_key: str | None = None,
        credentials: Credentials | None = None,
        base_url: str | None = None,
    ) -> None:
        if not agent_engine_id:
            raise InputValidationError(
                "VertexAiMemoryBankService needs an agent_engine_id: that of the Agent Engine "
                "which the Memory Bank belongs to"
            )
        name = ResourceName.parse(agent_engine_id, "reasoningEngines").inside(project, location)
        access = choose_access(
            name.project, name.location, express_mode_api_key, base_url, credentials
        )
        super().__init__(VertexClient(access))
        self._memories = f"reasoningEngines/{name.id}/memories"
        self._sent: OrderedDict[tuple[str, str, str], set[str]] = OrderedDict()

    async def add_session_to_memory(self, session: Session) -> None:
        """Hands over the events that are new since this object was given the session last.

        The service knows events by their ids: what it is given again does not count twice.
        """
        key = session.app_name, session.user_id, session.id
        sent = self._sent.setdefault(key, set())
        self._sent.move_to_end(key)
        if len(self._sent) > _MOST_SESSIONS_KNOWN:
            self._sent.popitem(last=False)
        new = [event for event in session.events if event.id not in sent]
        await self.add_events_to_memory(
            app_name=session.app_name, user_id=session.user_id, events=new
        )
        sent.update(event.id for event in new)

    async def add_events_to_memory(
        self,
        *,
        app_name: str,
        user_id: str,
        events: Sequence[Event],
        session_id: str | None = None,
        custom_metadata: Mapping[str, object] | None = None,
    ) -> None:
        """Hands over events; those without content, and those about credentials, stay out.

        `custom_metadata` may have the options of `memories:ingestEvents` (`stream_id`,
        `force_flush`, `generation_trigger_config`). With one that only `memories:generate` has
        (`ttl` or `revision_ttl`, `metadata`, `wait_for_completion`, `allowed_topics`,
        `disable_consolidation`…), that is called. Other keys become metadata of the memories.

        Raises:
            InputValidationError: an option cannot be used.
        """
        told = [event for event in events if _is_worth_telling(event)]
        if wants_generation(custom_metadata):
            if told:
                source = {"events": [{"content": _content(event)} for event in told]}
                await self._generate(
                    app_name, user_id, custom_metadata, {"directContentsSource": source}
                )
            return
        if not told and not custom_metadata:
            return
        options = BankOptions.read(custom_metadata, INGEST).fields
        body = {"scope": _scope(app_name, user_id), **options}
        if told:
            body["directContentsSource"] = {"events": [_with_identity(event) for event in told]}
        await self._client.post(f"{self._memories}:ingestEvents", body, took_effect=may_repeat)

    async def add_memory(
        self,
        *,
        app_name: str,
        user_id: str,
        memories: Sequence[MemoryEntry],
        custom_metadata: Mapping[str, object] | None = None,
    ) -> None:
        """Stores entries as facts, or with `enable_consolidation` has them merged with others.

        Entries are texts. One with an id keeps it; author and time become revision labels. Other
        keys of `custom_metadata` are fields of a memory (`ttl`, `topics`, `display_name`…) or its
        metadata, and the entry's own count more.

        Raises:
            InputValidationError: an entry has no text or more than text; nothing is stored.
            AlreadyExistsError: an id is taken.
        """
        facts = [_fact(memory, n) for n, memory in enumerate(memories)]
        if not facts:
            raise InputValidationError("add_memory was given no memories; give at least one")
        if wants_consolidation(custom_metadata):
            for batch in _batches(facts):
                source = {"directMemories": [{"fact": fact} for fact in batch]}
                await self._generate(
                    app_name, user_id, custom_metadata, {"directMemoriesSource": source}
                )
            return
        for memory, fact in zip(memories, facts, strict=True):
            await self._create(app_name, user_id, memory, fact, custom_metadata)

    async def search_memory(
        self, *, app_name: str, user_id: str, query: str
    ) -> SearchMemoryResponse:
        """Finds the user's facts that are nearest in meaning, as the service ranks them."""
        body = {
            "scope": _scope(app_name, user_id),
            "similaritySearchParams": {"searchQuery": query},
        }
        found = await self._client.post(f"{self._memories}:retrieve", body, took_effect=may_repeat)
        memories = [each.get("memory") or {} for each in found.get("retrievedMemories") or []]
        return SearchMemoryResponse(
            memories=[_entry(memory) for memory in memories if memory.get("fact")]
        )

    async def retrieve_profiles(self, *, app_name: str, user_id: str) -> list[MemoryProfile]:
        """Returns the user's profiles, one for each schema that there is one of."""
        body = {"scope": _scope(app_name, user_id)}
        name = f"{self._memories}:retrieveProfiles"
        found = await self._client.post(name, body, took_effect=may_repeat)
        return [
            MemoryProfile(each.get("schemaId", ""), each.get("profile") or {})
            for each in (found.get("profiles") or {}).values()
        ]

    async def delete_memory(
        self, *, app_name: str, user_id: str, memory_id: str | None = None
    ) -> None:
        """Forgets the user's memory with this id; one that does not exist is no error."""
        if not memory_id:
            return
        name = f"{self._memories}/{ResourceName.parse(memory_id, 'memories').id}"
        with suppress(NotFoundError):
            if (await self._client.get(name)).get("scope") == _scope(app_name, user_id):
                await self._client.finish(await self._client.delete(name))

    async def _create(
        self,
        app_name: str,
        user_id: str,
        memory: MemoryEntry,
        fact: str,
        custom_metadata: Mapping[str, object] | None,
    ) -> None:
        options = BankOptions.read({**(custom_metadata or {}), **memory.custom_metadata}, CREATE)
        body = {"fact": fact, "scope": _scope(app_name, user_id), **options.fields}
        memory_id = body.pop("memoryId", None) or memory.id
        labels = {"author": memory.author, "timestamp": memory.timestamp}
        if labels := {name: label for name, label in labels.items() if label is not None}:
            body["revisionLabels"] = {**body.get("revisionLabels", {}), **labels}
        query = {"memoryId": memory_id} if memory_id else None
        operation = await self._client.post(self._memories, body, query=query)
        if options.wait:
            await self._client.finish(operation)

    async def _generate(
        self,
        app_name: str,
        user_id: str,
        custom_metadata: Mapping[str, object] | None,
        source: Json,
    ) -> None:
        options = BankOptions.read(custom_metadata, GENERATE)
        body = {"scope": _scope(app_name, user_id), **source, **options.fields}
        operation = await self._client.post(f"{self._memories}:generate", body)
        if options.wait:
            await self._client.finish(operation)


def _batches(facts: list[str]) -> list[list[str]]:
    size = _MOST_FACTS_PER_REQUEST
    return [facts[start : start + size] for start in range(0, len(facts), size)]


def _scope(app_name: str, user_id: str) -> Json:
    return {"app_name": app_name, "user_id": user_id}


def _is_worth_telling(event: Event) -> bool:
    parts = (event.content.parts if event.content else None) or []
    for part in parts:
        call = part.function_call or part.function_response
        if call is not None and call.name == _CREDENTIALS:
            return False
    return any(getattr(part, name, None) for part in parts for name in _SUBSTANCE)


def _content(event: Event) -> Json:
    if event.content is None:
        return {}
    content = event.content.model_dump(mode="json", by_alias=True, exclude_none=True)
    for part in content.get("parts") or ():
        part.pop("partMetadata", None)
    return content


def _with_identity(event: Event) -> Json:
    return {
        "content": _content(event),
        "eventId": event.id,
        "eventTime": to_moment(event.timestamp),
    }


def _fact(memory: MemoryEntry, index: int) -> str:
    parts = memory.content.parts or []
    if any(part.inline_data or part.file_data for part in parts):
        raise InputValidationError(f"memories[{index}] holds a file; a memory is text only")
    texts = [part.text.strip() for part in parts if part.text and part.text.strip()]
    if not texts:
        raise InputValidationError(f"memories[{index}] has no text; give it one")
    return "\n".join(texts)


def _entry(memory: Json) -> MemoryEntry:
    updated = memory.get("updateTime")
    return MemoryEntry(
        id=last_part(memory.get("name", "")) or None,
        author="user",
        content=types.Content(role="user", parts=[types.Part(text=memory["fact"])]),
        timestamp=datetime.fromisoformat(updated).isoformat() if updated else None,
        custom_metadata=load_metadata(memory.get("metadata")),
    )
