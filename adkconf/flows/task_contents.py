"""What the agents of a task are shown: the task, and what was said and done about it."""

from __future__ import annotations

from google.genai import types

from adkconf.agents.invocation_context import InvocationContext
from adkconf.agents.node_run import NodePlace
from adkconf.flows.history import History, current_turn
from adkconf.flows.port import LlmAgentPort
from adkconf.flows.task_ledger import ledger_of


def task_contents(
    ctx: InvocationContext, agent: LlmAgentPort, place: NodePlace
) -> list[types.Content]:
    """Returns the task as the user's message, and the events of the task behind it.

    They are read as they come, and forgotten with the task.
    """
    scope = ctx.isolation_scope
    assert scope is not None
    events = ctx.session.events
    asked = [place.prompt] if place.prompt is not None else []
    if agent.include_contents == "none":
        own = events[place.since :]
        return [*asked, *current_turn(agent.name, ctx.branch, own, scope)]
    memo = ledger_of(ctx.session).task(scope, ctx.invocation_id, place.path).memo
    history = memo.get((agent.name, ctx.branch))
    if history is None:
        history = History(agent.name, ctx.branch, scope=scope, since=place.since)
        memo[agent.name, ctx.branch] = history
    return [*asked, *history.contents(events)]
