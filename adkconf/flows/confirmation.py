"""Asking a person whether a tool may run, and running it with the answer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from google.genai import types

from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions
from adkconf.flows.port import LlmAgentPort
from adkconf.flows.question import question
from adkconf.tools.tool_confirmation import ToolConfirmation

REQUEST_CONFIRMATION = "adk_request_confirmation"


@dataclass(frozen=True)
class AllowedCall:
    """A call to run, with what a person said about it when one was asked."""

    call: types.FunctionCall
    confirmation: ToolConfirmation | None = None


def confirmation_request(
    ctx: InvocationContext,
    agent: LlmAgentPort,
    calls: list[types.FunctionCall],
    actions: EventActions,
) -> Event | None:
    """Returns the event that asks for the confirmations that calls want; None if none."""
    by_id = {call.id: call for call in calls}
    requests = [
        types.FunctionCall(
            id=f"adk-{uuid4()}",
            name=REQUEST_CONFIRMATION,
            args={
                "originalFunctionCall": by_id[call_id].model_dump(exclude_none=True, by_alias=True),
                "toolConfirmation": wanted.model_dump(exclude_none=True, by_alias=True),
            },
        )
        for call_id, wanted in actions.requested_tool_confirmations.items()
        if call_id in by_id
    ]
    return question(ctx, agent, requests, role="model") if requests else None


def confirmed_calls(ctx: InvocationContext, agent: LlmAgentPort) -> list[AllowedCall]:
    """Returns the agent's calls that the user's last message confirms or rejects.

    Raises:
        ValueError: the answer is not of the form `{"confirmed": …, "payload": …}`.
    """
    events = ctx.session.events
    answers = {
        answer.id: ToolConfirmation.from_response_dict(answer.response or {})
        for answer in _last_message(events)
        if answer.name == REQUEST_CONFIRMATION
    }
    if not answers:
        return []
    return [
        AllowedCall(
            types.FunctionCall.model_validate((request.args or {})["originalFunctionCall"]),
            answers[request.id],
        )
        for event in reversed(events)
        if event.author == agent.name and (ctx.node is None or event.branch == ctx.branch)
        for request in event.get_function_calls()
        if request.id in answers
    ]


def _last_message(events: list[Event]) -> list[types.FunctionResponse]:
    last = events[-1] if events else None
    return last.get_function_responses() if last is not None and last.author == "user" else []
