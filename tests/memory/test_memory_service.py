"""Remembering and finding again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from google.genai import types

from adkconf.events.event import Event
from adkconf.memory import BaseMemoryService, MemoryEntry
from adkconf.sessions import Session

USER: dict[str, Any] = {"app_name": "app", "user_id": "u"}


def said(text: str, **fields: Any) -> Event:
    content = types.Content(role="user", parts=[types.Part(text=text)])
    return Event(author="user", content=content, **fields)


def session(*texts: str, user_id: str = "u") -> Session:
    return Session(id="s", app_name="app", user_id=user_id, events=[said(text) for text in texts])


async def found(service: BaseMemoryService, query: str, **user: str) -> list[str]:
    response = await service.search_memory(**{**USER, **user}, query=query)
    return [memory.content.parts[0].text for memory in response.memories]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("My cat is called Mia.", "CAT?"),
        ("Straße nach Köln", "STRASSE"),
        ("Zoe\u0308 came", "zoë"),
        ("Москва зимой", "москва"),
        ("私はPythonを使う", "python"),
        ("私はPythonを使う", "使う"),
        ("مرحبا بالعالم", "مرحبا"),
        ("हिन्दी भाषा", "हिन्दी"),
        ("order 12345 shipped", "12345"),
    ],
)
async def test_words_are_found_in_every_script(service, text, query):
    await service.add_session_to_memory(session("something else 999", text))
    assert await found(service, query) == [text]


@pytest.mark.parametrize("query", ["", "?!", "thon", "dog"])
async def test_what_shares_no_word_is_not_found(service, query):
    await service.add_session_to_memory(session("Python is a snake", "cats"))
    assert await found(service, query) == []


async def test_more_common_words_come_first_and_ten_are_enough(service):
    texts = [f"cat {n}" for n in range(12)] + ["cat and dog", "dog"]
    await service.add_session_to_memory(session(*texts))
    results = await found(service, "dog cat")
    assert results == ["cat and dog", *texts[:9]]


async def test_users_and_apps_find_only_their_own(service):
    await service.add_session_to_memory(session("secret of u"))
    await service.add_session_to_memory(session("secret of v", user_id="v"))
    assert await found(service, "secret") == ["secret of u"]
    assert await found(service, "secret", user_id="v") == ["secret of v"]
    assert await found(service, "secret", app_name="other") == []


async def test_session_added_again_adds_only_what_is_new(service):
    talk = session("cat one")
    await service.add_session_to_memory(talk)
    talk.events.append(said("cat two"))
    await service.add_session_to_memory(talk)
    await service.add_events_to_memory(**USER, session_id="s", events=talk.events)
    assert await found(service, "cat") == ["cat one", "cat two"]


async def test_entry_tells_author_time_and_id(service):
    event = said("cat", id="e1", timestamp=0.5)
    await service.add_events_to_memory(**USER, events=[event], custom_metadata={"k": 1})
    (entry,) = (await service.search_memory(**USER, query="cat")).memories
    assert (entry.id, entry.author, entry.custom_metadata) == ("e1", "user", {"k": 1})
    assert datetime.fromisoformat(entry.timestamp).timestamp() == 0.5


async def test_events_without_text_are_left_out(service):
    await service.add_events_to_memory(**USER, events=[Event(author="x"), Event(author="x")])
    assert await found(service, "x") == []


async def test_given_memories_are_found_and_replaced_by_id(service):
    entry = MemoryEntry(id="m", content=types.Content(parts=[types.Part(text="likes tea")]))
    await service.add_memory(**USER, memories=[entry], custom_metadata={"k": 1})
    entry.content.parts[0].text = "likes coffee"
    assert await found(service, "tea coffee") == ["likes tea"]
    await service.add_memory(**USER, memories=[entry])
    assert await found(service, "tea coffee") == ["likes coffee"]
    nameless = MemoryEntry(content=types.Content(parts=[types.Part(text="likes cake")]))
    await service.add_memory(**USER, memories=[nameless, nameless])
    response = await service.search_memory(**USER, query="cake")
    assert len({memory.id for memory in response.memories}) == 2


async def test_deleted_memory_does_not_come_back_with_its_session(service):
    talk = session("cat")
    await service.add_session_to_memory(talk)
    await service.delete_memory(**USER, memory_id=talk.events[0].id)
    await service.delete_memory(**USER, memory_id=None)
    await service.delete_memory(app_name="app", user_id="nobody", memory_id="x")
    await service.add_session_to_memory(talk)
    assert await found(service, "cat") == []


async def test_results_are_copies(service):
    talk = session("cat")
    await service.add_session_to_memory(talk)
    talk.events[0].content.parts[0].text = "changed"
    response = await service.search_memory(**USER, query="cat")
    response.memories[0].content.parts[0].text = "changed"
    assert await found(service, "cat") == ["cat"]


async def test_service_that_takes_sessions_only_says_so():
    class SessionsOnly(BaseMemoryService):
        async def add_session_to_memory(self, session: Session) -> None: ...

        async def search_memory(self, *, app_name: str, user_id: str, query: str) -> Any: ...

    service = SessionsOnly()
    for call in (
        service.add_events_to_memory(**USER, events=[]),
        service.add_memory(**USER, memories=[]),
        service.delete_memory(**USER, memory_id="x"),
    ):
        with pytest.raises(NotImplementedError, match="SessionsOnly"):
            await call
    await service.close()
