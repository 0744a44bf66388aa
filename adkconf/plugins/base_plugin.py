"""The contract of a plugin: fourteen hooks around a run, and a close."""

from __future__ import annotations

from typing import Any

from google.genai import types

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.tools.base_tool import BaseTool


class BasePlugin:
    """Override the hooks you need.

    Plugins run in the order of the app's list, before the agents' own callbacks. The first hook
    that returns something other than None decides: later plugins and the agent's callback are
    skipped. The two hooks `on_agent_error` and `on_run_error` only watch.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    async def on_user_message_callback(
        self, *, invocation_context: InvocationContext, user_message: types.Content
    ) -> types.Content | None:
        """Runs before the user's message is stored; a returned content replaces it."""
        return None

    async def before_run_callback(
        self, *, invocation_context: InvocationContext
    ) -> types.Content | None:
        """Runs before the agent; a returned content is the answer and the agent is skipped."""
        return None

    async def on_event_callback(
        self, *, invocation_context: InvocationContext, event: Event
    ) -> Event | None:
        """Runs before an event is stored; a returned event's set fields change it."""
        return None

    async def after_run_callback(self, *, invocation_context: InvocationContext) -> None:
        """Runs after the last event."""

    async def close(self) -> None:
        """Releases what the plugin holds; called once, by `Runner.close`."""

    async def before_agent_callback(
        self, *, agent: BaseAgent, callback_context: Context
    ) -> types.Content | None:
        """Runs before each agent; a returned content answers instead of it."""
        return None

    async def after_agent_callback(
        self, *, agent: BaseAgent, callback_context: Context
    ) -> types.Content | None:
        """Runs after each agent; a returned content is one more event of it."""
        return None

    async def before_model_callback(
        self, *, callback_context: Context, llm_request: LlmRequest
    ) -> LlmResponse | None:
        """Runs before each model call and may change the request; a response skips the call."""
        return None

    async def after_model_callback(
        self, *, callback_context: Context, llm_response: LlmResponse
    ) -> LlmResponse | None:
        """Runs after each response, fragments included; a returned one replaces it."""
        return None

    async def on_model_error_callback(
        self, *, callback_context: Context, llm_request: LlmRequest, error: Exception
    ) -> LlmResponse | None:
        """Runs when a model call raised; a returned response takes the error's place."""
        return None

    async def before_tool_callback(
        self, *, tool: BaseTool, tool_args: dict[str, Any], tool_context: Context
    ) -> dict[str, Any] | None:
        """Runs before each tool call and may change the arguments; a result skips the call."""
        return None

    async def after_tool_callback(
        self,
        *,
        tool: BaseTool,
        tool_args: dict[str, Any],
        tool_context: Context,
        result: dict[str, Any],
    ) -> dict[str, Any] | None:
        """Runs after each tool call; a returned result replaces the tool's."""
        return None

    async def on_tool_error_callback(
        self,
        *,
        tool: BaseTool,
        tool_args: dict[str, Any],
        tool_context: Context,
        error: Exception,
    ) -> dict[str, Any] | None:
        """Runs when a tool raised; a returned result takes the error's place."""
        return None

    async def on_agent_error_callback(
        self, *, agent: BaseAgent, callback_context: Context, error: Exception
    ) -> None:
        """Runs when an exception leaves an agent."""

    async def on_run_error_callback(
        self, *, invocation_context: InvocationContext, error: Exception
    ) -> None:
        """Runs when an exception ends the run."""
