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
from adkconf.tools.base_tool import BaseTool
from adkconf.workflow.base_node import BaseNode
from adkconf.workflow.confirmation import ask_for_confirmation, read_confirmation
from adkconf.workflow.data import text_of
from adkconf.workflow.sign_in import ask_for_credential, take_credential


class ToolNode(BaseNode):
    """Calls a tool with the input as its arguments; what it returns is the output.

    The input is a dict of arguments, JSON text of one, or the value of the tool's only (or only
    mandatory) parameter. Mandatory arguments that are missing come from the state. When the tool
    asks for a confirmation or a credential, a person is asked and the tool runs again with the
    answer.
    """

    tool: BaseTool

    def __init__(self, *, tool: BaseTool, **fields: Any) -> None:
        defaults = {"name": tool.name, "description": tool.description, "rerun_on_resume": True}
        super().__init__(**{"tool": tool, **defaults, **fields})

    async def _run_impl(self, *, ctx: Context, node_input: Any) -> AsyncGenerator[Any, None]:
        args = self._arguments(node_input, ctx)
        ctx.function_call_id = str(uuid4())
        read_confirmation(ctx)
        take_credential(ctx)
        result = await self._call(args, ctx)
        asked = ctx.actions.requested_tool_confirmations.pop(ctx.function_call_id, None)
        wanted = ctx.actions.requested_auth_configs.pop(ctx.function_call_id, None)
        if asked is not None:
            yield ask_for_confirmation(ctx, self.tool.name, args, asked.hint, asked.payload)
        elif wanted is not None:
            yield ask_for_credential(ctx, wanted)
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
