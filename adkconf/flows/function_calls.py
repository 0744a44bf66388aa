"""Runs the function calls of an event side by side and merges their answers into one event."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from google.genai import types

from adkconf.agents.callbacks import first_answer
from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions
from adkconf.flows.port import LlmAgentPort
from adkconf.tools.base_tool import BaseTool
from adkconf.tools.tool_confirmation import ToolConfirmation


@dataclass(frozen=True)
class _Answer:
    parts: list[types.Part]
    actions: EventActions


async def run_function_calls(
    ctx: InvocationContext,
    agent: LlmAgentPort,
    calls: list[types.FunctionCall],
    tools: dict[str, BaseTool],
    *,
    confirmations: Mapping[str, ToolConfirmation] = MappingProxyType({}),
) -> Event | None:
    """Returns the event with all answers; None when every call is still under way.

    `confirmations` maps calls that a person was asked about to what the person said.

    When a tool raises, the calls beside it are cancelled and the exception goes on.
    """
    started = [
        (call, Context(ctx, function_call_id=call.id, confirmation=confirmations.get(str(call.id))))
        for call in calls
    ]
    if len(started) == 1:
        answers = [await _answer(agent, *started[0], tools)]
    else:
        answers = await _answer_all(agent, started, tools)
    given = [answer for answer in answers if answer is not None]
    if not given:
        return None
    return Event(
        invocation_id=ctx.invocation_id,
        author=agent.name,
        branch=ctx.branch,
        node_path=ctx.node_path,
        content=types.Content(
            role="user", parts=[part for answer in given for part in answer.parts]
        ),
        actions=_merged([answer.actions for answer in given]),
    )


async def _answer_all(
    agent: LlmAgentPort,
    started: list[tuple[types.FunctionCall, Context]],
    tools: dict[str, BaseTool],
) -> list[_Answer | None]:
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_answer(agent, *item, tools)) for item in started]
    except* Exception as failures:
        # The group only holds the first failure's siblings; callers expect the tool's own error.
        raise _first(failures) from None
    return [task.result() for task in tasks]


def _first(failures: BaseExceptionGroup[Any]) -> BaseException:
    error = failures.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


async def _answer(
    agent: LlmAgentPort,
    call: types.FunctionCall,
    context: Context,
    tools: dict[str, BaseTool],
) -> _Answer | None:
    tool = tools.get(call.name or "")
    # The log keeps what the model asked for, whatever a tool or callback does to its arguments.
    args = copy.deepcopy(call.args or {})
    if tool is None:
        result: Any = await _answer_unknown(agent, call.name or "", args, context, tools)
    else:
        result = await _run_tool(agent, tool, args, context)
        if result is None and (tool.is_long_running or tool.defers_answer):
            return None
    parts, actions = [_response_part(call, result)], context.settle()
    if tool is not None and tool.speaks and actions.skip_summarization and _is_shown(result):
        text = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
        parts.append(types.Part(text=text))
    return _Answer(parts, actions)


async def _answer_unknown(
    agent: LlmAgentPort,
    name: str,
    args: dict[str, Any],
    context: Context,
    tools: dict[str, BaseTool],
) -> Any:
    """Answers a call of a tool that the model invented; callbacks may answer it first."""
    tool = BaseTool(name=name, description="This tool does not exist.")
    result = await _before_tool(agent, tool, args, context)
    if result is not None:
        return await _after_tool(agent, tool, args, context, result)
    problem = (
        f"There is no tool named {name!r}. "
        f"You can call: {', '.join(tools) or 'none'}. Call only these."
    )
    result = await _on_tool_error(agent, tool, args, context, ValueError(problem))
    return {"error": problem} if result is None else result


async def _run_tool(
    agent: LlmAgentPort, tool: BaseTool, args: dict[str, Any], context: Context
) -> Any:
    result = await _before_tool(agent, tool, args, context)
    if result is None:
        try:
            result = await tool.run_async(args=args, tool_context=context)
        except Exception as error:
            result = await _on_tool_error(agent, tool, args, context, error)
            if result is None:
                raise
    return await _after_tool(agent, tool, args, context, result)


async def _before_tool(
    agent: LlmAgentPort, tool: BaseTool, args: dict[str, Any], context: Context
) -> Any:
    plugins = context.get_invocation_context().plugin_manager
    result = await plugins.first(
        "before_tool_callback", tool=tool, tool_args=args, tool_context=context
    )
    if result is None:
        result = await first_answer(
            agent.before_tool_callback, tool=tool, args=args, tool_context=context
        )
    return result


async def _on_tool_error(
    agent: LlmAgentPort,
    tool: BaseTool,
    args: dict[str, Any],
    context: Context,
    error: Exception,
) -> Any:
    plugins = context.get_invocation_context().plugin_manager
    result = await plugins.first(
        "on_tool_error_callback", tool=tool, tool_args=args, tool_context=context, error=error
    )
    if result is None:
        result = await first_answer(
            agent.on_tool_error_callback, tool=tool, args=args, tool_context=context, error=error
        )
    return result


async def _after_tool(
    agent: LlmAgentPort,
    tool: BaseTool,
    args: dict[str, Any],
    context: Context,
    result: Any,
) -> Any:
    plugins = context.get_invocation_context().plugin_manager
    changed = await plugins.first(
        "after_tool_callback", tool=tool, tool_args=args, tool_context=context, result=result
    )
    if changed is None:
        changed = await first_answer(
            agent.after_tool_callback,
            tool=tool,
            args=args,
            tool_context=context,
            tool_response=result,
        )
    return result if changed is None else changed


def _response_part(call: types.FunctionCall, result: Any) -> types.Part:
    response = result if isinstance(result, dict) else {"result": result}
    return types.Part(
        function_response=types.FunctionResponse(id=call.id, name=call.name, response=response)
    )


def _is_shown(result: Any) -> bool:
    """Tells whether a final result is something to read."""
    if isinstance(result, dict):
        return result != {"result": None} and "error" not in result
    return result is not None and result != ""


def _merged(all_actions: list[EventActions]) -> EventActions:
    """Joins what the tools did: maps are merged key by key, otherwise the last one wins."""
    if len(all_actions) == 1:
        return all_actions[0]
    merged: dict[str, Any] = {}
    for actions in all_actions:
        for name in EventActions.model_fields:
            value = getattr(actions, name)
            if value is not None:
                merged[name] = _join(merged.get(name), value)
    return EventActions(**merged)


def _join(old: Any, new: Any) -> Any:
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return new
    return {**old, **{key: _join(old.get(key), value) for key, value in new.items()}}
