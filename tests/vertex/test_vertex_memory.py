"""Memory Bank and RAG corpora, on a server that speaks their API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from google.genai import types

from adkconf.errors import AlreadyExistsError, InputValidationError, ServiceUnavailableError
from adkconf.events.event import Event
from adkconf.memory.base_memory_service import BaseMemoryService
from adkconf.memory.memory_entry import MemoryEntry
from adkconf.memory.vertex.transcript import Line, Source, join_pieces
from adkconf.memory.vertex_ai_memory_bank_service import MemoryProfile, VertexAiMemoryBankService
from adkconf.memory.vertex_ai_rag_memory_service import VertexAiRagMemoryService
from adkconf.sessions import Session
from tests.vertex.vertex_server import HOME, Fault, Json, VertexServer

WHO = {"app_name": "app", "user_id": "u"}
MEMORIES = "reasoningEngines/77/memories"


def content(text: str) -> types.Content:
    return types.Content(role="user", parts=[types.Part(text=text)])


def said(text: str, n: int = 0) -> Event:
    return Event(author="user", content=content(text), timestamp=1.7e9 + n)


def session(*texts: str, **fields: str) -> Session:
    events = [said(text, n) for n, text in enumerate(texts)]
    return Session(**{"id": "s", **WHO, **fields}, events=events)


async def found(service: BaseMemoryService, query: str, **who: str) -> list[str]:
    response = await service.search_memory(**{**WHO, **who}, query=query)
    return [entry.content.parts[0].text for entry in response.memories]


def bodies(server: VertexServer, end: str) -> list[Json]:
    return [call.body for call in server.calls if call.path.endswith(end)]


@pytest.fixture(params=["bank", "rag"])
def service(request: pytest.FixtureRequest) -> BaseMemoryService:
    return request.getfixturevalue(request.param)


async def test_what_was_said_is_found_by_that_user_of_that_app_only(service):
    await service.add_session_to_memory(session("I like green tea"))
    await service.add_session_to_memory(session("v likes coffee and tea", user_id="v"))
    await service.add_session_to_memory(session("other tea", app_name="app.u"))
    assert await found(service, "tea?") == ["I like green tea"]
    assert await found(service, "tea?", user_id="v") == ["v likes coffee and tea"]
    assert await found(service, "tea?", user_id="nobody") == []
    assert await found(service, "tea?", app_name="app.u") == ["other tea"]


async def test_session_may_be_added_again_and_again(service):
    growing = session("I like tea")
    await service.add_session_to_memory(growing)
    await service.add_session_to_memory(growing)
    growing.events.append(said("and tea with milk", 1))
    await service.add_session_to_memory(growing)
    assert sorted(await found(service, "tea")) == ["I like tea", "and tea with milk"]


async def test_bank_is_told_of_an_event_once(bank, vertex_server):
    growing = session("one")
    for text in ("two", "three"):
        await bank.add_session_to_memory(growing)
        growing.events.append(said(text))
    sources = [body["directContentsSource"] for body in bodies(vertex_server, ":ingestEvents")]
    assert [len(source["events"]) for source in sources] == [1, 1]
    event = sources[0]["events"][0]
    assert event["eventId"] == growing.events[0].id
    assert event["eventTime"] == "2023-11-14T22:13:20.000000Z"


async def test_failed_handover_is_told_and_made_up_for(bank, vertex_server):
    vertex_server.faults.append(Fault("ingestEvents", 503, times=99))
    with pytest.raises(ServiceUnavailableError):
        await bank.add_session_to_memory(session("tea"))
    vertex_server.faults.clear()
    await bank.add_session_to_memory(session("tea"))
    assert await found(bank, "tea") == ["tea"]


async def test_empty_events_and_those_about_credentials_stay_out(bank, vertex_server):
    call = types.FunctionCall(name="adk_request_credential", args={"secret": 1})
    parts = [types.Part(function_call=call), types.Part(text="with a secret")]
    events = [
        Event(author="a", content=types.Content(role="model", parts=parts)),
        Event(author="a"),
        Event(author="a", content=types.Content(role="user", parts=[])),
        Event(author="a", content=content("")),
    ]
    await bank.add_events_to_memory(**WHO, events=events)
    assert vertex_server.calls == []


async def test_options_of_ingestion_reach_the_service(bank, vertex_server):
    options = {
        "stream_id": "s1",
        "force_flush": True,
        "generation_trigger_config": {"generation_rule": {"idle_duration": "60s"}},
        "topic": "drinks",
    }
    await bank.add_events_to_memory(**WHO, events=[said("tea")], custom_metadata=options)
    (body,) = bodies(vertex_server, ":ingestEvents")
    assert (body["streamId"], body["forceFlush"]) == ("s1", True)
    assert body["generationTriggerConfig"] == {"generationRule": {"idleDuration": "60s"}}
    assert body["metadata"] == {"topic": {"stringValue": "drinks"}}


async def test_options_of_generation_choose_it(bank, vertex_server):
    moment = datetime(2025, 1, 1, tzinfo=UTC)
    options = {
        "ttl": "600s",
        "allowed_topics": [{"managed_memory_topic": "USER_PREFERENCES"}],
        "metadata": {"a": True, "b": 1, "c": moment, "d": {"string_value": "x"}},
        "wait_for_completion": True,
    }
    await bank.add_events_to_memory(**WHO, events=[said("tea")], custom_metadata=options)
    (body,) = bodies(vertex_server, ":generate")
    assert body["revisionTtl"] == "600s"
    assert body["allowedTopics"] == [{"managedMemoryTopic": "USER_PREFERENCES"}]
    (entry,) = (await bank.search_memory(**WHO, query="tea")).memories
    expected = {"a": True, "b": 1.0, "c": moment.isoformat(), "d": "x"}
    assert entry.custom_metadata == expected
    assert sum("operations" in call.path for call in vertex_server.calls) == 2


@pytest.mark.parametrize("name", ["wait_for_completion", "enable_consolidation"])
async def test_switches_take_true_and_false_only(bank, name):
    memories = [MemoryEntry(content=content("x"))]
    with pytest.raises(InputValidationError, match=name):
        await bank.add_memory(**WHO, memories=memories, custom_metadata={name: "yes"})


async def test_entries_become_facts_that_keep_their_ids(bank, vertex_server):
    entry = MemoryEntry(
        id="m1", content=content(" likes tea "), author="me", custom_metadata={"k": 1}
    )
    options = {"ttl": "60s", "k": 2, "revision_labels": {"l": "x"}, "wait_for_completion": True}
    await bank.add_memory(**WHO, memories=[entry], custom_metadata=options)
    (memory,) = (await bank.search_memory(**WHO, query="tea")).memories
    assert (memory.id, memory.content.parts[0].text, memory.author) == ("m1", "likes tea", "user")
    assert memory.custom_metadata == {"k": 1.0}
    stored = vertex_server.stored.memories[f"{MEMORIES}/m1"]
    assert (stored["ttl"], stored["revisionLabels"]) == ("60s", {"l": "x", "author": "me"})
    with pytest.raises(AlreadyExistsError):
        await bank.add_memory(**WHO, memories=[entry])


async def test_consolidated_facts_go_in_batches_of_five(bank, vertex_server):
    memories = [MemoryEntry(content=content(f"tea {n}")) for n in range(7)]
    options = {"enable_consolidation": True}
    await bank.add_memory(**WHO, memories=memories, custom_metadata=options)
    sources = [body["directMemoriesSource"] for body in bodies(vertex_server, ":generate")]
    assert [len(source["directMemories"]) for source in sources] == [5, 2]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([types.Part(text="  ")], r"memories\[1\] has no text"),
        ([types.Part.from_bytes(data=b"x", mime_type="image/png")], r"memories\[1\] holds a file"),
    ],
)
async def test_entries_that_are_no_facts_are_refused_before_any_is_stored(
    bank, vertex_server, parts, message
):
    bad = MemoryEntry(content=types.Content(role="user", parts=parts))
    with pytest.raises(InputValidationError, match=message):
        await bank.add_memory(**WHO, memories=[MemoryEntry(content=content("ok")), bad])
    assert vertex_server.calls == []


async def test_memory_is_forgotten_for_its_own_user_only(bank):
    await bank.add_memory(**WHO, memories=[MemoryEntry(id="m1", content=content("tea"))])
    await bank.delete_memory(app_name="app", user_id="v", memory_id="m1")
    assert await found(bank, "tea") == ["tea"]
    await bank.delete_memory(**WHO, memory_id="m1")
    await bank.delete_memory(**WHO, memory_id="m1")
    assert await found(bank, "tea") == []


async def test_profiles_are_read_by_schema(bank, vertex_server):
    assert await bank.retrieve_profiles(**WHO) == []
    profile = {"schemaId": "tastes", "profile": {"drink": "tea"}}
    vertex_server.stored.profiles[str(sorted(WHO.items()))] = {"tastes": profile}
    assert await bank.retrieve_profiles(**WHO) == [MemoryProfile("tastes", {"drink": "tea"})]


def test_services_need_to_know_where_to_keep_memories(signed_out):
    with pytest.raises(InputValidationError, match="agent_engine_id"):
        VertexAiMemoryBankService("p", "l")
    with pytest.raises(InputValidationError, match="rag_corpus"):
        VertexAiRagMemoryService()
    with pytest.raises(InputValidationError, match="ragCorpora/ID"):
        VertexAiRagMemoryService("projects/p/ragCorpora/1")


async def test_pieces_of_a_session_are_put_together(rag):
    lines = [f"tea number {n}" for n in range(6)]
    await rag.add_session_to_memory(session(*lines))
    response = await rag.search_memory(**WHO, query="tea")
    assert [entry.content.parts[0].text for entry in response.memories] == lines
    assert response.memories[0].timestamp == "2023-11-14T22:13:20+00:00"
    assert response.memories[0].author == "user"


async def test_corpus_has_one_file_of_each_session(rag, vertex_server):
    for text in ("one", "two"):
        await rag.add_session_to_memory(session(text))
    await rag.add_session_to_memory(session("three", id="t"))
    await rag.add_session_to_memory(session(id="empty"))
    texts = [file["text"] for file in vertex_server.stored.rag_files.values()]
    assert ["two" in text for text in texts] == [True, False]
    assert len(texts) == 2


async def test_search_names_the_files_of_the_user(rag, vertex_server):
    vertex_server.page_cap = 2
    for n in range(5):
        await rag.add_session_to_memory(session(f"tea {n}", id=str(n), user_id=f"u{n % 2}"))
    assert len(await found(rag, "tea", user_id="u1")) == 2
    (body,) = bodies(vertex_server, ":retrieveContexts")
    (resource,) = body["vertexRagStore"]["ragResources"]
    assert resource["ragCorpus"] == f"{HOME}/ragCorpora/88"
    assert len(resource["ragFileIds"]) == 2
    assert body["vertexRagStore"]["vectorDistanceThreshold"] == 10


async def test_corpus_too_large_to_look_through_is_searched_whole(rag, vertex_server, monkeypatch):
    monkeypatch.setattr("adkconf.memory.vertex_ai_rag_memory_service._MOST_FILES_NAMED", 2)
    for n in range(4):
        await rag.add_session_to_memory(session(f"tea {n}", id=str(n), user_id=f"u{n % 2}"))
    assert await found(rag, "tea", user_id="u1") == ["tea 1", "tea 3"]
    (body,) = bodies(vertex_server, ":retrieveContexts")
    assert "ragFileIds" not in body["vertexRagStore"]["ragResources"][0]


async def test_number_of_pieces_is_the_callers(vertex_server):
    async with VertexAiRagMemoryService(f"{HOME}/ragCorpora/88", 1, 0.5) as rag:
        await rag.add_session_to_memory(session(*(f"tea {n}" for n in range(9))))
        assert len(await found(rag, "tea")) == 3
    (body,) = bodies(vertex_server, ":retrieveContexts")
    assert body["vertexRagStore"]["vectorDistanceThreshold"] == 0.5


@pytest.mark.parametrize("who", [("app", "u", "s"), ("a.b", "ü", "s.1"), ("", "", "")])
def test_names_of_files_tell_whose_they_are(who):
    assert Source.parse(Source(*who).display_name) == Source(*who)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("app.u.s", Source("app", "u", "s")),
        ("notes.txt", None),
        ("adk-memory-v1.YQ.Yg", None),
        ("adk-memory-v1.YQ.Yg.%%%", None),
        ("adk-memory-v1.YQ.Yg._w", None),
    ],
)
def test_other_files_of_a_corpus_are_nobodys(name, expected):
    assert Source.parse(name) == expected


def test_pieces_join_where_they_overlap_and_stay_apart_where_not():
    def piece(*moments: int) -> list[Line]:
        return [Line("a", moment, str(moment)) for moment in moments]

    pieces: list[Any] = [piece(5, 6), piece(1, 2), piece(9), piece(3, 2), piece(6, 7)]
    assert [line.timestamp for line in join_pieces(pieces)] == [5, 6, 7, 1, 2, 3, 9]
