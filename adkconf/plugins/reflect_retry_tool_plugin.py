"""Lets a model try again when a tool fails."""

from __future__ import annotations

import json
from collections import OrderedDict
from enum import Enum
from typing import Any

from adkconf.agents.context import Context
from adkconf.plugins.base_plugin import BasePlugin
from adkconf.tools.base_tool import BaseTool

RESPONSE_TYPE = "ERROR_HANDLED_BY_REFLECT_AND_RETRY_PLUGIN"

# Failures of runs that ended without a success are forgotten, oldest first.
_MAX_SCOPES = 1000


class TrackingScope(Enum):
    """How long failures of a tool are counted: within one invocation, or across all of them."""

    INVOCATION = "invocation"
    GLOBAL = "global"


class ReflectAndRetryToolPlugin(BasePlugin):
    """Answers for a tool that failed and asks the model to mend its call.

    After `max_retries` failures of a tool in a row the error ends the run, or, with
    `throw_exception_if_retry_exceeded` off, the model is told to do without the tool. A success
    starts the count anew. `tracking_scope` says whose failures count together.

    Override `extract_error_from_result` to find errors in what tools return.

    Raises:
        ValueError: `max_retries` is negative.
    """

    def __init__(
        self,
        name: str = "reflect_retry_tool_plugin",
        max_retries: int = 3,
        throw_exception_if_retry_exceeded: bool = True,
        tracking_scope: TrackingScope = TrackingScope.INVOCATION,
    ) -> None:
        super().__init__(name)
        if max_retries < 0:
            raise ValueError("max_retries must be a non-negative integer.")
        self.max_retries = max_retries
        self.throw_exception_if_retry_exceeded = throw_exception_if_retry_exceeded
        self.scope = tracking_scope
        self._failures: OrderedDict[str, dict[str, int]] = OrderedDict()

    async def after_tool_callback(
        self,
        *,
        tool: BaseTool,
        tool_args: dict[str, Any],
        tool_context: Context,
        result: Any,
    ) -> dict[str, Any] | None:
        """Forgets the tool's failures, unless the result is an error itself."""
        if isinstance(result, dict) and result.get("response_type") == RESPONSE_TYPE:
            return None
        error = await self.extract_error_from_result(
            tool=tool, tool_args=tool_args, tool_context=tool_context, result=result
        )
        if error:
            return self._answer(tool, tool_args, tool_context, error)
        self._failures.get(self._get_scope_key(tool_context), {}).pop(tool.name, None)
        return None

    async def on_tool_error_callback(
        self,
        *,
        tool: BaseTool,
        tool_args: dict[str, Any],
        tool_context: Context,
        error: Exception,
    ) -> dict[str, Any] | None:
        """Answers for the tool.

        Raises:
            Exception: the tool's own error, when it failed too often.
        """
        return self._answer(tool, tool_args, tool_context, error)

    async def extract_error_from_result(
        self,
        *,
        tool: BaseTool,
        tool_args: dict[str, Any],
        tool_context: Context,
        result: Any,
    ) -> dict[str, Any] | None:
        """Returns the error that a result stands for; by default every result is a success."""
        return None

    def _get_scope_key(self, tool_context: Context) -> str:
        """Returns the name under which failures are counted; override it for other scopes."""
        return tool_context.invocation_id if self.scope is TrackingScope.INVOCATION else ""

    def _answer(
        self, tool: BaseTool, args: dict[str, Any], context: Context, error: Any
    ) -> dict[str, Any]:
        failures = self._count(self._get_scope_key(context), tool.name)
        if failures <= self.max_retries:
            return _response(error, failures, _mend(tool, args, error, failures, self.max_retries))
        if self.throw_exception_if_retry_exceeded:
            raise error if isinstance(error, Exception) else RuntimeError(str(error))
        return _response(error, self.max_retries, _give_up(tool, args, error, failures))

    def _count(self, scope: str, tool_name: str) -> int:
        failures = self._failures.setdefault(scope, {})
        self._failures.move_to_end(scope)
        if len(self._failures) > _MAX_SCOPES:
            self._failures.popitem(last=False)
        failures[tool_name] = failures.get(tool_name, 0) + 1
        return failures[tool_name]


def _response(error: Any, retry_count: int, guidance: str) -> dict[str, Any]:
    return {
        "response_type": RESPONSE_TYPE,
        "error_type": type(error).__name__ if isinstance(error, Exception) else "ToolError",
        "error_details": str(error),
        "retry_count": retry_count,
        "reflection_guidance": guidance,
    }


def _mend(tool: BaseTool, args: dict[str, Any], error: Any, failures: int, most: int) -> str:
    return (
        f"{_failure(tool, args, error)}\n"
        f"You may try again: this is attempt {failures} of {most}. The same call would fail in "
        "the same way, so first find out what was wrong with it:\n"
        "- Is an argument missing, of the wrong type, or not what the tool describes?\n"
        "- Does something have to be done or looked up before?\n"
        "- Is there another tool that fits better? Only the tools you were given exist.\n"
        "- Can the task be done in smaller steps?\n"
        "Then make a call that takes this into account."
    )


def _give_up(tool: BaseTool, args: dict[str, Any], error: Any, failures: int) -> str:
    return (
        f"{_failure(tool, args, error)}\n"
        f"It has now failed {failures} times in a row. Do not call `{tool.name}` again for this "
        "task. Go on without it, with other tools if they help, or tell the user what could not "
        "be done and why."
    )


def _failure(tool: BaseTool, args: dict[str, Any], error: Any) -> str:
    what = f"{type(error).__name__}: {error}" if isinstance(error, Exception) else str(error)
    arguments = json.dumps(args, ensure_ascii=False, default=str)
    return f"The tool `{tool.name}` failed.\nError: {what}\nArguments: {arguments}\n"
