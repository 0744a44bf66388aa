"""Asking a person before a node calls its function or tool."""

from __future__ import annotations

from typing import Any

from adkconf.agents.context import Context
from adkconf.errors import WorkflowDataError
from adkconf.events.request_input import RequestInput
from adkconf.tools.tool_confirmation import ToolConfirmation
from adkconf.workflow.data import as_plain

REJECTED = {"error": "A person rejected this call."}


def read_confirmation(ctx: Context) -> ToolConfirmation | None:
    """Returns what a person said about the node's call, and puts it into the context.

    Raises:
        WorkflowDataError: it is no confirmation.
    """
    if (answer := ctx.resume_inputs.get(_question(ctx))) is None:
        return None
    try:
        given = {key: value for key, value in answer.items() if value is not None}
        ctx.tool_confirmation = ToolConfirmation.from_response_dict(given)
    except (AttributeError, ValueError) as error:
        raise WorkflowDataError(
            f'a confirmation must be {{"confirmed": true or false}}, not {answer!r}'
        ) from error
    return ctx.tool_confirmation


def ask_for_confirmation(
    ctx: Context, name: str, args: dict[str, Any], hint: str = "", payload: Any = None
) -> RequestInput:
    """Makes the question whether `name` may be called with these arguments."""
    shown: dict[str, Any] = {"tool_name": name, "args": as_plain(args)}
    if payload is not None:
        shown["confirmation_payload"] = payload
    return RequestInput(
        interrupt_id=_question(ctx),
        message=hint or f"May {name}() be called with these arguments?",
        payload=shown,
        response_schema=ToolConfirmation,
    )


def _question(ctx: Context) -> str:
    return f"wf_tool_confirmation:{ctx.node_path}"
