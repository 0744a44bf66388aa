"""Writes everything that happens in a run to a file."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from google.genai import types

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event
from adkconf.flows.shared_contents import SharedContents
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.plugins.base_plugin import BasePlugin
from adkconf.plugins.redaction import redact
from adkconf.tools.base_tool import BaseTool

logger = logging.getLogger("adkconf.plugins")


@dataclass
class _Record:
    """One document of the file. `runs` counts the run and the runs of agents used as tools."""

    head: dict[str, Any]
    entries: list[dict[str, Any]] = field(default_factory=list)
    runs: int = 0


class DebugLoggingPlugin(BasePlugin):
    """Appends one YAML document per invocation to `output_path`, when the run ends.

    It holds the user's message, each request and response of a model, each tool call with its
    result, each event and, with `include_session_state`, the state at the end. Runs that failed or
    were left are written too. Without `include_system_instruction` only its length is told.

    Secrets are replaced where they can be recognized and files are left out, but prompts and
    answers are there in full: the file is made readable for its owner only.
    """

    def __init__(
        self,
        *,
        name: str = "debug_logging_plugin",
        output_path: str | Path = "adk_debug.yaml",
        include_session_state: bool = True,
        include_system_instruction: bool = True,
    ) -> None:
        super().__init__(name)
        self._path = Path(output_path)
        self._include_session_state = include_session_state
        self._include_system_instruction = include_system_instruction
        self._records: dict[str, _Record] = {}
        self._writing = threading.Lock()

    async def on_user_message_callback(
        self, *, invocation_context: InvocationContext, user_message: types.Content
    ) -> types.Content | None:
        """Notes the message."""
        self._record(invocation_context)
        self._add(invocation_context, "user_message", content=user_message)
        return None

    async def before_run_callback(
        self, *, invocation_context: InvocationContext
    ) -> types.Content | None:
        """Notes that a run starts."""
        self._record(invocation_context).runs += 1
        self._add(invocation_context, "invocation_start", branch=invocation_context.branch)
        return None

    async def on_event_callback(
        self, *, invocation_context: InvocationContext, event: Event
    ) -> Event | None:
        """Notes the event."""
        fields = event.model_dump(exclude_defaults=True, exclude={"id", "invocation_id"})
        final = event.is_final_response()
        self._add(invocation_context, "event", event_id=event.id, is_final_response=final, **fields)
        return None

    async def after_run_callback(self, *, invocation_context: InvocationContext) -> None:
        """Writes the document."""
        await self._end(invocation_context)

    async def before_agent_callback(
        self, *, agent: BaseAgent, callback_context: Context
    ) -> types.Content | None:
        """Notes that an agent starts."""
        ctx = callback_context.get_invocation_context()
        self._add(ctx, "agent_start", branch=ctx.branch)
        return None

    async def after_agent_callback(
        self, *, agent: BaseAgent, callback_context: Context
    ) -> types.Content | None:
        """Notes that an agent ended."""
        self._add(callback_context.get_invocation_context(), "agent_end")
        return None

    async def before_model_callback(
        self, *, callback_context: Context, llm_request: LlmRequest
    ) -> LlmResponse | None:
        """Notes the request."""
        contents = llm_request.contents
        if isinstance(contents, SharedContents):
            contents = contents.settled()
        self._add(
            callback_context.get_invocation_context(),
            "llm_request",
            model=llm_request.model,
            contents=contents,
            tools=list(llm_request.tools_dict),
            config=self._config(llm_request.config),
        )
        return None

    async def after_model_callback(
        self, *, callback_context: Context, llm_response: LlmResponse
    ) -> LlmResponse | None:
        """Notes the response."""
        fields = llm_response.model_dump(exclude_none=True)
        self._add(callback_context.get_invocation_context(), "llm_response", **fields)
        return None

    async def on_model_error_callback(
        self, *, callback_context: Context, llm_request: LlmRequest, error: Exception
    ) -> LlmResponse | None:
        """Notes that a model call failed."""
        ctx = callback_context.get_invocation_context()
        self._add(ctx, "llm_error", model=llm_request.model, **_error(error))
        return None

    async def before_tool_callback(
        self, *, tool: BaseTool, tool_args: dict[str, Any], tool_context: Context
    ) -> dict[str, Any] | None:
        """Notes a tool call."""
        self._add_tool("tool_call", tool, tool_context, args=tool_args)
        return None

    async def after_tool_callback(
        self,
        *,
        tool: BaseTool,
        tool_args: dict[str, Any],
        tool_context: Context,
        result: dict[str, Any],
    ) -> dict[str, Any] | None:
        """Notes a tool's result."""
        self._add_tool("tool_response", tool, tool_context, result=result)
        return None

    async def on_tool_error_callback(
        self,
        *,
        tool: BaseTool,
        tool_args: dict[str, Any],
        tool_context: Context,
        error: Exception,
    ) -> dict[str, Any] | None:
        """Notes that a tool failed."""
        self._add_tool("tool_error", tool, tool_context, args=tool_args, **_error(error))
        return None

    async def on_agent_error_callback(
        self, *, agent: BaseAgent, callback_context: Context, error: Exception
    ) -> None:
        """Notes that an agent failed."""
        self._add(callback_context.get_invocation_context(), "agent_error", **_error(error))

    async def on_run_error_callback(
        self, *, invocation_context: InvocationContext, error: Exception
    ) -> None:
        """Notes the failure and writes the document."""
        self._add(invocation_context, "invocation_error", **_error(error))
        await self._end(invocation_context)

    async def close(self) -> None:
        """Writes the documents of runs that were cancelled."""
        for record in self._records.values():
            await asyncio.to_thread(self._write, record)
        self._records.clear()

    def _record(self, ctx: InvocationContext) -> _Record:
        """Returns the invocation's record, a new one for the first run of it."""
        if ctx.invocation_id not in self._records:
            head = {
                "invocation_id": ctx.invocation_id,
                "session_id": ctx.session.id,
                "app_name": ctx.app_name,
                "user_id": ctx.user_id,
                "start_time": _now(),
            }
            self._records[ctx.invocation_id] = _Record(head)
        return self._records[ctx.invocation_id]

    def _add(self, ctx: InvocationContext, entry_type: str, **data: Any) -> None:
        entry = {"timestamp": _now(), "entry_type": entry_type, "agent_name": ctx.agent.name}
        if kept := {name: value for name, value in data.items() if value is not None}:
            entry["data"] = redact(kept)
        self._record(ctx).entries.append(entry)

    def _add_tool(self, entry_type: str, tool: BaseTool, context: Context, **data: Any) -> None:
        self._add(
            context.get_invocation_context(),
            entry_type,
            tool_name=tool.name,
            function_call_id=context.function_call_id,
            **data,
        )

    def _config(self, config: types.GenerateContentConfig) -> dict[str, Any]:
        fields = config.model_dump(exclude_none=True, exclude={"tools", "http_options"})
        if not self._include_system_instruction:
            instruction = fields.pop("system_instruction", None)
            fields["system_instruction_length"] = len(str(instruction or ""))
        return fields

    async def _end(self, ctx: InvocationContext) -> None:
        record = self._record(ctx)
        record.runs -= 1
        if record.runs > 0:
            return
        if self._include_session_state:
            session = ctx.session
            self._add(
                ctx,
                "session_state_snapshot",
                state=session.state,
                event_count=len(session.events),
            )
        self._add(ctx, "invocation_end")
        del self._records[ctx.invocation_id]
        await asyncio.to_thread(self._write, record)

    def _write(self, record: _Record) -> None:
        document = {**record.head, "entries": record.entries}
        text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)
        try:
            with self._writing, open(self._path, "a", encoding="utf-8", opener=_private) as file:
                file.write(f"---\n{text}")
        except OSError as error:
            # What the app does matters more than the notes about it.
            logger.error("%s: cannot write %s: %s", self.name, self._path, error)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _error(error: Exception) -> dict[str, str]:
    return {"error_type": type(error).__name__, "error_message": str(error)}


def _now() -> str:
    return datetime.now(UTC).isoformat()
