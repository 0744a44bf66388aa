"""What is particular to memory in a database."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from google.genai import types
from sqlalchemy import create_engine, text

from adkconf.errors import InputValidationError, ServiceUnavailableError
from adkconf.events.event import Event
from adkconf.memory import MemoryEntry, SqlMemoryService
from adkconf.memory.sql.terms import Terms
from adkconf.sessions import DatabaseSessionService, Session

USER: dict[str, Any] = {"app_name": "app", "user_id": "u"}


def said(text: str, **fields: Any) -> Event:
    content = types.Content(role="user", parts=[types.Part(text=text)])
    return Event(author="user", content=content, **fields)


async def found(service: SqlMemoryService, query: str, **user: str) -> list[str]:
    response = await service.search_memory(**{**USER, **user}, query=query)
    return [memory.content.parts[0].text for memory in response.memories]


async def test_memories_outlive_the_service(db_url):
    async with SqlMemoryService(db_url) as first:
        await first.add_events_to_memory(**USER, events=[said("green tea")])
    async with SqlMemoryService(db_url) as second:
        assert await found(second, "tea") == ["green tea"]


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "'",
        'tea" OR "secret',
        "tea' | 'secret",
        "NEAR(tea secret)",
        "terms:tea*",
        "tea & !x:*",
        "((",
        "%_\\",
        "tea\0",
        "tea\ud800",
        "'); DROP TABLE adkconf_memories; --",
        "tea " * 20_000,
        " ".join(f"w{n}" for n in range(5_000)),
        "t" * 100_000,
    ],
)
async def test_query_is_text_whatever_it_holds(db_url, query):
    async with SqlMemoryService(db_url) as service:
        await service.add_events_to_memory(**USER, events=[said("tea time")])
        await service.add_events_to_memory(
            app_name="app", user_id="v", events=[said("tea secret drop table w1")]
        )
        assert set(await found(service, query)) <= {"tea time"}
        assert await found(service, "tea") == ["tea time"]


@pytest.mark.parametrize(
    ("owner", "other"),
    [
        (("app", "u"), ("ap", "pu")),
        (("a", "u"), ("a", "U")),
        (("a:b", "c"), ("a", "b:c")),
        (("a", "%"), ("a", "u")),
    ],
)
async def test_owners_that_look_alike_are_apart(db_url, owner, other):
    async with SqlMemoryService(db_url) as service:
        await service.add_events_to_memory(
            app_name=owner[0], user_id=owner[1], events=[said("mine")]
        )
        assert await found(service, "mine", app_name=owner[0], user_id=owner[1]) == ["mine"]
        assert await found(service, "mine", app_name=other[0], user_id=other[1]) == []


async def test_processes_that_add_the_same_session_at_once_add_it_once(db_url):
    talk = Session(id="s", **USER, events=[said(f"tea {n}") for n in range(5)])
    services = [SqlMemoryService(db_url) for _ in range(4)]
    await asyncio.gather(*(service.add_session_to_memory(talk) for service in services))
    assert len(await found(services[0], "tea")) == 5
    for service in services:
        await service.close()


async def test_any_content_comes_back_as_it_was(db_url):
    parts = [
        types.Part(text="tea \0 \U0001f375"),
        types.Part(inline_data=types.Blob(data=b"\xff\0", mime_type="image/png")),
        types.Part(function_call=types.FunctionCall(name="f", args={"a": [1, None]})),
    ]
    entry = MemoryEntry(content=types.Content(role="model", parts=parts), id="m", author="ä")
    async with SqlMemoryService(db_url) as service:
        await service.add_memory(**USER, memories=[entry], custom_metadata={"k": {"n": 1}})
        (memory,) = (await service.search_memory(**USER, query="tea")).memories
    assert memory == entry.model_copy(update={"custom_metadata": {"k": {"n": 1}}})


async def test_very_long_text_is_found_by_its_beginning(db_url):
    words = " ".join(f"word{n}" for n in range(100_000))
    async with SqlMemoryService(db_url) as service:
        await service.add_events_to_memory(**USER, events=[said(f"tea {words} {'x' * 5_000}")])
        assert len(await found(service, "tea")) == 1


async def test_it_shares_a_database_with_the_sessions(db_url):
    async with SqlMemoryService(db_url) as memory, DatabaseSessionService(db_url) as sessions:
        talk = await sessions.create_session(**USER)
        await sessions.append_event(talk, said("tea"))
        await memory.add_session_to_memory(talk)
        assert await found(memory, "tea") == ["tea"]
        assert len((await sessions.list_sessions(app_name="app")).sessions) == 1
        await sessions.delete_session(**USER, session_id=talk.id)


async def test_search_reads_only_what_is_the_users(tmp_path: Path):
    """The index leads to the user's own entries, however many others use the same words."""
    path = tmp_path / "memory.db"
    async with SqlMemoryService(f"sqlite:///{path}") as service:
        for user in ("u", "v", "w"):
            await service.add_events_to_memory(
                app_name="app", user_id=user, events=[said("tea") for _ in range(3)]
            )
    (term,) = Terms("app", "u").of_query("tea")[0]
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        query = "SELECT count(*) FROM adkconf_memory_terms WHERE adkconf_memory_terms MATCH :term"
        assert connection.execute(text(query), {"term": f'"{term}"'}).scalar() == 3
    engine.dispose()


async def test_forgotten_text_leaves_the_database(tmp_path: Path):
    path = tmp_path / "memory.db"
    async with SqlMemoryService(f"sqlite:///{path}") as service:
        event = said("unforgettable")
        await service.add_events_to_memory(**USER, events=[event])
        await service.delete_memory(**USER, memory_id=event.id)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM adkconf_memories")).all()
        terms = connection.execute(text("SELECT count(*) FROM adkconf_memory_terms")).scalar()
    engine.dispose()
    assert (len(rows), "unforgettable" in str(rows), terms) == (1, False, 0)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"user_id": "u" * 129}, "user_id has 129"),
        ({"app_name": "a\0"}, "NUL"),
        ({"events": [said("x", id="i" * 129)]}, "memory id has 129"),
        ({"custom_metadata": {"k": float("nan")}}, "cannot carry"),
    ],
)
async def test_what_cannot_be_stored_is_the_callers_error(db_url, change, problem):
    async with SqlMemoryService(db_url) as service:
        with pytest.raises(InputValidationError, match=problem):
            await service.add_events_to_memory(**{**USER, "events": [said("x")], **change})


def test_database_without_full_text_is_refused():
    with pytest.raises(InputValidationError, match="use sqlite or postgresql") as caught:
        SqlMemoryService("mysql://u:hunter2@h/x")
    assert "hunter2" not in str(caught.value)


async def test_database_that_cannot_be_opened_is_told():
    async with SqlMemoryService("sqlite:////no/such/place.db") as service:
        with pytest.raises(ServiceUnavailableError, match="directory exists"):
            await service.open()
