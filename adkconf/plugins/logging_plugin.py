"""Prints what happens in a run, for people who try an app out."""

from __future__ import annotations

import json
import sys
from typing import Any

from google.genai import types

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.plugins.base_plugin import BasePlugin
from adkconf.tools.base_tool import BaseTool

_WIDTH = 200


class LoggingPlugin(BasePlugin):
    """Writes a line per hook to standard error; long values are cut."""

    def __init__(self, name: str = "logging_plugin") -> None:
        super().__init__(name)

    async def on_user_message_callback(
        self, *, invocation_context: InvocationContext, user_message: types.Content
    ) -> types.Content | None:
        """Tells the message, the session and the user."""
        session = invocation_context.session
        self._log(
            f"message in session {session.id} of user {session.user_id}: {_content(user_message)}"
        )
        return None

    async def before_run_callback(
        self, *, invocation_context: InvocationContext
    ) -> types.Content | None:
        """Tells that a run starts."""
        self._log(f"run {invocation_context.invocation_id} starts")
        return None

    async def on_event_callback(
        self, *, invocation_context: InvocationContext, event: Event
    ) -> Event | None:
        """Tells each event."""
        kind = "fragment" if event.partial else "event"
        self._log(f"{kind} {event.id} of {event.author}: {_content(event.content)}")
        return None

    async def after_run_callback(self, *, invocation_context: InvocationContext) -> None:
        """Tells that a run ended."""
        self._log(f"run {invocation_context.invocation_id} ends")

    async def before_agent_callback(
        self, *, agent: BaseAgent, callback_context: Context
    ) -> types.Content | None:
        """Tells that an agent starts."""
        self._log(f"agent {agent.name} starts")
        return None

    async def after_agent_callback(
        self, *, agent: BaseAgent, callback_context: Context
    ) -> types.Content | None:
        """Tells that an agent ended."""
        self._log(f"agent {agent.name} ends")
        return None

    async def before_model_callback(
        self, *, callback_context: Context, llm_request: LlmRequest
    ) -> LlmResponse | None:
        """Tells what is asked of which model."""
        tools = ", ".join(llm_request.tools_dict) or "none"
        self._log(
            f"agent {callback_context.agent_name} asks {llm_request.model}: "
            f"{len(llm_request.contents)} contents, tools: {tools}"
        )
        return None

    async def after_model_callback(
        self, *, callback_context: Context, llm_response: LlmResponse
    ) -> LlmResponse | None:
        """Tells the answer and its token counts."""
        if llm_response.error_code:
            self._log(f"model error {llm_response.error_code}: {llm_response.error_message}")
        elif not llm_response.partial:
            usage = llm_response.usage_metadata
            tokens = f" ({usage.total_token_count} tokens)" if usage else ""
            self._log(f"model answers{tokens}: {_content(llm_response.content)}")
        return None

    async def on_model_error_callback(
        self, *, callback_context: Context, llm_request: LlmRequest, error: Exception
    ) -> LlmResponse | None:
        """Tells that a model call failed."""
        self._log(f"model call of {callback_context.agent_name} failed: {error}")
        return None

    async def before_tool_callback(
        self, *, tool: BaseTool, tool_args: dict[str, Any], tool_context: Context
    ) -> dict[str, Any] | None:
        """Tells a tool call."""
        self._log(f"tool {tool.name} called with {_cut(tool_args)}")
        return None

    async def after_tool_callback(
        self,
        *,
        tool: BaseTool,
        tool_args: dict[str, Any],
        tool_context: Context,
        result: dict[str, Any],
    ) -> dict[str, Any] | None:
        """Tells a tool's result."""
        self._log(f"tool {tool.name} returned {_cut(result)}")
        return None

    async def on_tool_error_callback(
        self,
        *,
        tool: BaseTool,
        tool_args: dict[str, Any],
        tool_context: Context,
        error: Exception,
    ) -> dict[str, Any] | None:
        """Tells that a tool failed."""
        self._log(f"tool {tool.name} failed: {error}")
        return None

    async def on_agent_error_callback(
        self, *, agent: BaseAgent, callback_context: Context, error: Exception
    ) -> None:
        """Tells that an agent failed."""
        self._log(f"agent {agent.name} failed: {error}")

    async def on_run_error_callback(
        self, *, invocation_context: InvocationContext, error: Exception
    ) -> None:
        """Tells that a run failed."""
        self._log(f"run {invocation_context.invocation_id} failed: {error}")

    def _log(self, line: str) -> None:
        print(f"[{self.name}] {line}", file=sys.stderr)


def _content(content: types.Content | None) -> str:
    said: list[str] = []
    for part in (content.parts if content else None) or ():
        if part.text is not None:
            said.append(part.text)
        elif call := part.function_call:
            said.append(f"calls {call.name}")
        elif answer := part.function_response:
            said.append(f"result of {answer.name}")
        else:
            said.append("a file or other part")
    return _cut(" | ".join(said)) if said else "nothing"


def _cut(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
