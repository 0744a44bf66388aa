"""A tool as a node."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any
from uuid import uuid4

from google.genai import types
from pydantic import BaseModel

from adkconf.agents.context import Context
from adkconf.errors import WorkflowDataError
from adkconf.events.event import Event
from adkconf.events.request_input import RequestInput
from adkconf.tools.base_tool import BaseTool
from adkconf.tools.tool_confirmation import ToolConfirmation
from adkconf.workflow.base_node import BaseNode
from adkconf.workflow.data import text_of


class ToolNode(BaseNode):
    """Calls a tool with the input as its arguments; what it returns is the output.

    The input is a dict of arguments, JSON text of one, or the value of the tool's only (or only
    mandatory) parameter. Mandatory arguments that are missing come from the state. When the tool
    asks for a confirmation, a person is asked and the tool runs again with the answer.
    """

    tool: BaseTool

    def __init__(self, *, tool: BaseTool, **fields: Any) -> None:
        defaults = {"name": tool.name, "description": tool.description, "rerun_on_resume": True}
        super().__init__(**{"tool": tool, **defaults, **fields})

    async def _run_impl(self, *, ctx: Context, node_input: Any) -> AsyncGenerator[Any, None]:
        args = self._arguments(node_input, ctx)
        ctx.function_call_id = str(uuid4())
        question = f"wf_tool_confirmation:{ctx.node_path}"
        if (answer := ctx.resume_inputs.get(question)) is not None:
            ctx.tool_confirmation = _confirmation(answer)
        result = await self._call(args, ctx)
        asked = ctx.actions.requested_tool_confirmations.pop(ctx.function_call_id, None)
        if asked is not None:
            yield _ask(question, self.tool.name, args, asked)
        else:
            yield Event() if result is None else result

    async def _call(self, args: dict[str, Any], ctx: Context) -> Any:
        plugins = ctx.get_invocation_context().plugin_manager
        call = {"tool": self.tool, "tool_args": args, "tool_context": ctx}
        result = await plugins.first("before_tool_callback", **call)
        if result is None:
            try:
                result = await self.tool.run_async(args=args, tool_context=ctx)
            except Exception as error:
                result = await plugins.first("on_tool_error_callback", **call, error=error)
                if result is None:
                    raise
        changed = await plugins.first("after_tool_callback", **call, result=result)
        return result if changed is None else changed

    def _arguments(self, node_input: Any, ctx: Context) -> dict[str, Any]:
        names, mandatory = _parameters(self.tool)
        given = _plain_input(node_input)
        if given is None:
            args: dict[str, Any] = {}
        elif isinstance(given, dict):
            args = dict(given)
        elif len(single := names if len(names) == 1 else mandatory) == 1:
            args = {single[0]: given}
        else:
            raise WorkflowDataError(
                f"node {self.name!r} got {type(given).__name__} as its input; the tool needs a "
                f"dict of its arguments ({', '.join(names) or 'it has none'})"
            )
        missing = [name for name in mandatory if name not in args and name in ctx.state]
        return args | {name: ctx.state[name] for name in missing}


def _parameters(tool: BaseTool) -> tuple[list[str], list[str]]:
    """Returns the names of all parameters and of the mandatory ones."""
    declaration = tool._get_declaration()
    if declaration is None:
        return [], []
    if isinstance(schema := declaration.parameters_json_schema, dict):
        return list(schema.get("properties") or ()), list(schema.get("required") or ())
    parameters = declaration.parameters or types.Schema()
    return list(parameters.properties or ()), list(parameters.required or ())


def _plain_input(data: Any) -> Any:
    if isinstance(data, types.Content):
        data = text_of(data)
    if isinstance(data, BaseModel):
        return data.model_dump()
    if not isinstance(data, str):
        return data
    try:
        parsed = json.loads(data)
    except ValueError:
        return data.strip() or None
    return parsed if isinstance(parsed, dict) else data


def _ask(question: str, tool: str, args: dict[str, Any], asked: ToolConfirmation) -> RequestInput:
    payload: dict[str, Any] = {"tool_name": tool, "args": args}
    if asked.payload is not None:
        payload["confirmation_payload"] = asked.payload
    return RequestInput(
        interrupt_id=question,
        message=asked.hint or f"Please approve or reject the tool call {tool}().",
        payload=payload,
        response_schema=ToolConfirmation,
    )


def _confirmation(answer: Any) -> ToolConfirmation:
    try:
        return ToolConfirmation.from_response_dict(
            {key: value for key, value in answer.items() if value is not None}
        )
    except (AttributeError, ValueError) as error:
        raise WorkflowDataError(
            f'a confirmation must be {{"confirmed": true or false}}, not {answer!r}'
        ) from error
