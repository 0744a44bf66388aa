"""One engine's classes by the names both share."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from importlib import import_module
from typing import Any

from google.genai import types

ANSWER = "The weather is fine today, with a light wind from the sea."


def find(root: str, module: str, name: str) -> Any:
    return getattr(import_module(f"{root}.{module}"), name)


def make_model(root: str, *, chunks: int = 0, calls_tool: bool = False) -> Any:
    """A model that answers at once: the engines' own work is what is measured."""
    response = find(root, "models.llm_response", "LlmResponse")

    class Instant(find(root, "models.base_llm", "BaseLlm")):  # type: ignore[misc]
        model: str = "instant"

        async def generate_content_async(
            self, llm_request: Any, stream: bool = False
        ) -> AsyncGenerator[Any, None]:
            last = llm_request.contents[-1].parts[-1]
            if calls_tool and not last.function_response:
                call = types.FunctionCall(name="weather", args={"city": "Rome"})
                part = types.Part(function_call=call)
                yield response(content=types.Content(role="model", parts=[part]))
                return
            for _ in range(chunks if stream else 0):
                part = types.Part(text="word ")
                yield response(content=types.Content(role="model", parts=[part]), partial=True)
            part = types.Part(text=ANSWER)
            yield response(content=types.Content(role="model", parts=[part]))

    return Instant()


def weather(city: str) -> dict[str, str]:
    """Tells the weather."""
    return {"city": city, "weather": "fine"}


def make_runner(root: str, model: Any, session_service: Any) -> Any:
    agent = find(root, "agents.llm_agent", "LlmAgent")(
        name="bench", model=model, instruction="Be concise.", tools=[weather]
    )
    return find(root, "runners", "Runner")(
        app_name="bench", agent=agent, session_service=session_service
    )


def make_session_service(root: str, kind: str, folder: str) -> Any:
    if kind == "memory":
        module = "sessions.in_memory_session_service"
        return find(root, module, "InMemorySessionService")()
    service = find(root, "sessions.database_session_service", "DatabaseSessionService")
    if kind == "sqlite":
        return service(db_url=f"sqlite+aiosqlite:///{folder}/{root}.db")
    return service(db_url=kind)
