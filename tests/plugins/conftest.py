"""Apps that make every hook happen, and plugins made of single hooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adkconf.agents import LlmAgent
from adkconf.apps import App
from adkconf.events import Event
from adkconf.models.llm_response import LlmResponse
from adkconf.plugins import BasePlugin
from adkconf.runners import InMemoryRunner
from adkconf.sessions import Session
from tests.conftest import Replies, says

IDS = {"user_id": "u", "session_id": "s"}

ERROR_HOOKS = ("on_tool_error", "on_model_error", "on_agent_error", "on_run_error")
HOOKS = (
    "on_user_message",
    "before_run",
    "before_agent",
    "before_model",
    "after_model",
    "on_event",
    "before_tool",
    "after_tool",
    "after_agent",
    "after_run",
    *ERROR_HOOKS,
)
# Hooks that only watch.
WATCHERS = ("after_run", "on_agent_error", "on_run_error")
ANSWERING = tuple(hook for hook in HOOKS if hook not in WATCHERS)
RAISING = tuple(hook for hook in HOOKS if hook not in ("on_agent_error", "on_run_error"))


def weather(city: str) -> dict[str, Any]:
    """Tells the weather."""
    if city == "Atlantis":
        raise RuntimeError("boom!")
    return {"city": city}


def steps_for(hook: str) -> list[Any]:
    """What the model says so that the hook happens."""
    city = "Atlantis" if hook == "on_tool_error" else "Rome"
    failing = hook in ("on_model_error", "on_agent_error", "on_run_error")
    return [RuntimeError("down")] if failing else [[("weather", {"city": city})], "sunny"]


def agent(*steps: Any, **fields: Any) -> LlmAgent:
    tools = {"tools": [weather]}
    return LlmAgent(**{"name": "root", "model": Replies(steps=list(steps)), **tools, **fields})


def answer_for(hook: str) -> Any:
    """Something that the hook may answer with."""
    content = says("answered", "user" if hook == "on_user_message" else "model")
    if hook in ("before_model", "after_model", "on_model_error"):
        return LlmResponse(content=content)
    if hook == "on_event":
        return Event(custom_metadata={"answered": True})
    return {"answered": True} if "tool" in hook else content


def plugin(name: str = "hooks", **hooks: Callable[..., Any]) -> BasePlugin:
    """Makes a plugin of functions that get the hook's arguments as a dict."""

    def as_method(function: Callable[..., Any]) -> Any:
        async def method(self: Any, **arguments: Any) -> Any:
            answer = function(arguments)
            return await answer if hasattr(answer, "__await__") else answer

        return method

    methods = {f"{hook}_callback": as_method(function) for hook, function in hooks.items()}
    made: BasePlugin = type("Hooks", (BasePlugin,), methods)(name=name)
    return made


async def started(root: Any, *plugins: BasePlugin) -> InMemoryRunner:
    runner = InMemoryRunner(app=App(name="demo", root_agent=root, plugins=list(plugins)))
    await runner.session_service.create_session(app_name="demo", **IDS)
    return runner


async def turn(runner: InMemoryRunner, message: Any = "hi", **options: Any) -> list[Event]:
    content = says(message, "user") if isinstance(message, str) else message
    run = runner.run_async(new_message=content, **IDS, **options)
    return [event async for event in run]


async def stored(runner: InMemoryRunner) -> Session:
    session = await runner.session_service.get_session(app_name="demo", **IDS)
    assert session is not None
    return session
