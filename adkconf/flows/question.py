"""Events that ask somebody outside for what a call needs."""

from __future__ import annotations

from collections.abc import Sequence

from google.genai import types

from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event
from adkconf.flows.port import LlmAgentPort


def question(
    ctx: InvocationContext,
    agent: LlmAgentPort,
    requests: Sequence[types.FunctionCall],
    *,
    role: str | None,
) -> Event:
    """Returns the event of calls that have ids and that only somebody outside can answer."""
    return Event(
        invocation_id=ctx.invocation_id,
        author=agent.name,
        branch=ctx.branch,
        node_path=ctx.node_path,
        content=types.Content(
            role=role, parts=[types.Part(function_call=request) for request in requests]
        ),
        long_running_tool_ids={str(request.id) for request in requests},
    )
