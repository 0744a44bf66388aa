"""Runs a workflow and shows what came out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.genai import types

from adkconf.apps import App, ResumabilityConfig
from adkconf.events.event import Event
from adkconf.runners import InMemoryRunner

IDS = {"user_id": "u", "session_id": "s"}


class Stage:
    """One session; every call runs the root once more and returns the new events."""

    def __init__(self, root: Any, *, resumable: bool = False, plugins: Any = ()) -> None:
        config = ResumabilityConfig(is_resumable=resumable)
        app = App(name="demo", root_agent=root, plugins=[*plugins], resumability_config=config)
        self.runner = InMemoryRunner(app=app)
        self.runner.auto_create_session = True
        self.events: list[Event] = []

    async def say(self, message: Any = "hi", **arguments: Any) -> list[Event]:
        part = types.Part(text=message) if isinstance(message, str) else message
        content = types.Content(role="user", parts=[part]) if part is not None else None
        start = len(self.events)
        async for event in self.runner.run_async(new_message=content, **IDS, **arguments):
            self.events.append(event)
        return self.events[start:]

    async def answer(self, question: str, value: Any) -> list[Event]:
        response = value if isinstance(value, dict) else {"result": value}
        name = next(
            call.name for e in self.events for call in e.get_function_calls() if call.id == question
        )
        answer = types.FunctionResponse(id=question, name=name, response=response)
        return await self.say(types.Part(function_response=answer))

    async def state(self) -> dict[str, Any]:
        session = await self.runner.session_service.get_session(app_name="demo", **IDS)
        assert session is not None
        return session.state


@pytest.fixture
def stage() -> Callable[..., Stage]:
    return Stage


def outputs(events: list[Event]) -> list[Any]:
    return [event.output for event in events if event.output is not None]


def paths(events: list[Event]) -> list[str]:
    return [event.node_info.path for event in events]
