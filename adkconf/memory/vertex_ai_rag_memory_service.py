"""Memory in a corpus of Vertex AI's RAG Engine: sessions as files, found by meaning."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from google.genai import types

from adkconf.errors import InputValidationError
from adkconf.memory.base_memory_service import BaseMemoryService, SearchMemoryResponse
from adkconf.memory.memory_entry import MemoryEntry
from adkconf.memory.vertex.transcript import (
    Line,
    Source,
    join_pieces,
    read_lines,
    write_transcript,
)
from adkconf.sessions.session import Session
from adkconf.vertex.access import AccountAccess
from adkconf.vertex.client import Json, VertexClient
from adkconf.vertex.resource_name import ResourceName, last_part
from adkconf.vertex.service import VertexService
from adkconf.vertex.transport import may_repeat

_FILES_PER_PAGE = 100
# In a larger corpus a search is not narrowed to the user's files beforehand, only afterwards.
_MOST_FILES_NAMED = 1000


class VertexAiRagMemoryService(VertexService, BaseMemoryService):
    """Keeps sessions in the corpus `rag_corpus`, an id or a full resource name.

    A search asks for `similarity_top_k` pieces (default: the service's) that are nearer than
    `vector_distance_threshold`. Requests are made with Application Default Credentials in
    `project` and `location` (default: those of the full name, GOOGLE_CLOUD_PROJECT and
    GOOGLE_CLOUD_LOCATION). `base_url` (default: GOOGLE_VERTEX_BASE_URL) replaces Google's server.

    Raises:
        InputValidationError: the corpus is missing, or its name is none.
    """

    def __init__(
        self,
        rag_corpus: str | None = None,
        similarity_top_k: int | None = None,
        vector_distance_threshold: float = 10,
        project: str | None = None,
        location: str | None = None,
        *,
        base_url: str | None = None,
    ) -> None:
        if not rag_corpus:
            raise InputValidationError("VertexAiRagMemoryService needs a rag_corpus; give its id")
        corpus = ResourceName.parse(rag_corpus, "ragCorpora").inside(project, location)
        super().__init__(VertexClient(AccountAccess(corpus.project, corpus.location, base_url)))
        self._corpus = f"ragCorpora/{corpus.id}"
        self._top_k = similarity_top_k
        self._threshold = vector_distance_threshold

    async def add_session_to_memory(self, session: Session) -> None:
        """Uploads what was said in a session; the session's older files are deleted then."""
        transcript = write_transcript(session.events)
        if not transcript:
            return
        source = Source(session.app_name, session.user_id, session.id)
        older = [file async for file in self._files() if Source.parse(_shown_name(file)) == source]
        await self._client.upload(
            f"{self._corpus}/ragFiles:upload",
            {"ragFile": {"displayName": source.display_name}},
            transcript.encode(),
            "text/plain",
        )
        for file in older:
            await self._client.finish(await self._client.delete(self._file_name(file)))

    async def search_memory(
        self, *, app_name: str, user_id: str, query: str
    ) -> SearchMemoryResponse:
        """Finds what was said around the places that are nearest in meaning, by session."""
        file_ids = await self._files_of(app_name, user_id)
        if file_ids is not None and not file_ids:
            return SearchMemoryResponse()
        pieces: dict[str, list[list[Line]]] = {}
        for context in await self._retrieve(query, file_ids):
            source = Source.parse(context.get("sourceDisplayName", ""))
            if source is not None and (source.app_name, source.user_id) == (app_name, user_id):
                found = read_lines(context.get("text", ""))
                pieces.setdefault(source.session_id, []).append(found)
        return SearchMemoryResponse(
            memories=[_entry(line) for found in pieces.values() for line in join_pieces(found)]
        )

    async def _retrieve(self, query: str, file_ids: list[str] | None) -> list[Json]:
        resource: Json = {"ragCorpus": await self._client.full_name(self._corpus)}
        if file_ids is not None:
            resource["ragFileIds"] = file_ids
        question: Json = {"text": query}
        if self._top_k is not None:
            question["similarityTopK"] = self._top_k
        body = {
            "vertexRagStore": {
                "ragResources": [resource],
                "vectorDistanceThreshold": self._threshold,
            },
            "query": question,
        }
        found = await self._client.post(":retrieveContexts", body, took_effect=may_repeat)
        contexts: list[Json] = (found.get("contexts") or {}).get("contexts") or []
        return contexts

    async def _files_of(self, app_name: str, user_id: str) -> list[str] | None:
        """Returns the ids of a user's files; None if there are too many files to look through."""
        ids = []
        seen = 0
        async for file in self._files():
            seen += 1
            if seen > _MOST_FILES_NAMED:
                return None
            source = Source.parse(_shown_name(file))
            if source is not None and (source.app_name, source.user_id) == (app_name, user_id):
                ids.append(last_part(file["name"]))
        return ids

    async def _files(self) -> AsyncIterator[Json]:
        query = {"pageSize": _FILES_PER_PAGE}
        async for page in self._client.pages(f"{self._corpus}/ragFiles", "ragFiles", query):
            for file in page:
                yield file

    def _file_name(self, file: Json) -> str:
        return f"{self._corpus}/ragFiles/{last_part(file['name'])}"


def _shown_name(file: Json) -> str:
    return str(file.get("displayName", ""))


def _entry(line: Line) -> MemoryEntry:
    return MemoryEntry(
        author=line.author,
        content=types.Content(parts=[types.Part(text=line.text)]),
        timestamp=datetime.fromtimestamp(line.timestamp, UTC).isoformat(),
    )
