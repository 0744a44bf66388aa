"""The event that tells of an agent's failure."""

from __future__ import annotations

from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event


def failure_event(ctx: InvocationContext, error: Exception) -> Event:
    """Returns it, in the name of the agent that was at work; its code is that of the error."""
    return Event(
        invocation_id=ctx.invocation_id,
        author=ctx.agent.name,
        branch=ctx.branch,
        node_path=ctx.node_path,
        isolation_scope=ctx.isolation_scope,
        error_code=str(getattr(error, "code", None) or type(error).__name__),
        error_message=str(error),
    )
