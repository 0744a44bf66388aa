"""Asking the user for a credential that a tool needs, and running the tool with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from google.genai import types
from pydantic import ValidationError

from adkconf.agents.invocation_context import InvocationContext
from adkconf.auth.auth_answer import keep_answer
from adkconf.auth.auth_tool import AuthConfig, AuthToolArguments
from adkconf.events.event import Event
from adkconf.flows.port import LlmAgentPort
from adkconf.flows.question import question

REQUEST_CREDENTIAL = "adk_request_credential"
_TAKEN = {"status": "received"}


def credential_request(
    ctx: InvocationContext,
    agent: LlmAgentPort,
    requested: Iterable[tuple[str, AuthConfig]],
    *,
    role: str | None = "user",
) -> Event | None:
    """Returns the event that asks for the credentials that calls want, by their ids; None if none.

    Calls that want the same credential are asked for once.
    """
    wanted: dict[str, tuple[str, AuthConfig]] = {}
    for call_id, config in requested:
        wanted.setdefault(config.credential_key, (call_id, config))
    if not wanted:
        return None
    requests = [
        types.FunctionCall(
            id=f"adk-{uuid4()}",
            name=REQUEST_CREDENTIAL,
            args=AuthToolArguments(function_call_id=call_id, auth_config=config).model_dump(
                mode="json", exclude_none=True, by_alias=True
            ),
        )
        for call_id, config in wanted.values()
    ]
    return question(ctx, agent, requests, role=role)


def take_credentials(message: types.Content) -> tuple[types.Content, dict[str, Any]]:
    """Returns a message without the credentials in it, and these by the request they answer.

    What is stored, and shown to plugins and clients, only says that they were received.
    """
    taken: dict[str, Any] = {}
    parts: list[types.Part] = []
    for part in message.parts or ():
        answer = part.function_response
        if answer is not None and answer.name == REQUEST_CREDENTIAL:
            taken[str(answer.id)] = answer.response or {}
            kept = answer.model_copy(update={"response": dict(_TAKEN)})
            part = part.model_copy(update={"function_response": kept})  # noqa: PLW2901
        parts.append(part)
    return (message.model_copy(update={"parts": parts}), taken) if taken else (message, taken)


def authorized_calls(ctx: InvocationContext, agent: LlmAgentPort) -> list[types.FunctionCall]:
    """Returns the agent's calls that waited for the credentials of the user's last message.

    The credentials are in the state of the run afterwards.
    """
    if not ctx.credential_answers:
        return []
    own = [event for event in ctx.session.events if event.author == agent.name]
    calls = [call for event in own for call in event.get_function_calls()]
    waiting: set[str] = set()
    for request in calls:
        answer = ctx.credential_answers.pop(str(request.id), None)
        if answer is not None and (asked := _arguments(request)) is not None:
            keep_answer(asked.auth_config, answer, ctx.session.state)
            waiting |= _sharing(own, asked)
    return [call for call in calls if call.id in waiting]


def _arguments(request: types.FunctionCall) -> AuthToolArguments | None:
    try:
        return AuthToolArguments.model_validate(request.args or {})
    except ValidationError:
        return None


def _sharing(events: list[Event], asked: AuthToolArguments) -> set[str]:
    """Returns the ids of all calls that asked for this credential at the same time."""
    for event in reversed(events):
        configs = event.actions.requested_auth_configs
        if asked.function_call_id in configs:
            key = asked.auth_config.credential_key
            return {call_id for call_id, other in configs.items() if other.credential_key == key}
    return {asked.function_call_id}
