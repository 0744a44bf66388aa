"""Whether a run is new or goes on, and which agent it starts with."""

from __future__ import annotations

import logging

from google.genai import types

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.invocation_context import InvocationContext
from adkconf.agents.open_task import OpenTask
from adkconf.agents.progress import Progress
from adkconf.errors import InputValidationError, InvocationNotFoundError
from adkconf.flows.task_ledger import ledger_of
from adkconf.invocation.routing import (
    find_agent_around,
    find_agent_to_resume,
    find_agent_to_run,
    has_agent_of,
    invocation_of_answer,
)

logger = logging.getLogger("adkconf.runs")


def check_root(root: BaseAgent) -> None:
    """Refuses an agent that nobody can talk to.

    Raises:
        InputValidationError: it is in mode `single_turn`.
    """
    if getattr(root, "mode", None) == "single_turn":
        raise InputValidationError(
            f"agent {root.name!r} is the root and has mode='single_turn', in which an agent is "
            "called by its parent; a root needs mode='chat' (the default) or mode='task'"
        )


def begin(ctx: InvocationContext, message: types.Content | None, invocation_id: str | None) -> None:
    """Sets the run's id and, when it goes on with an earlier one, how far that had come.

    A message that answers function calls goes on with the run that made them, any other with the
    task that is under way.

    Raises:
        InvocationNotFoundError: the session has no run of that id.
        ValueError: the message answers calls that are unknown or belong to several runs.
    """
    events = ctx.session.events
    ctx.user_content = message
    answered = invocation_of_answer(events, message) if message else None
    if answered and invocation_id and answered != invocation_id:
        logger.warning(
            "invocation_id %s is ignored: the message answers calls of %s", invocation_id, answered
        )
    if message is not None and answered is None:
        ctx.continued = _task_under_way(ctx, invocation_id)
    task = ctx.continued
    earlier = answered or (task.invocation_id if task is not None else invocation_id)
    if earlier is None:
        return
    ctx.invocation_id = earlier
    own = [event for event in events[ctx.since :] if event.invocation_id == earlier]
    if not own:
        raise InvocationNotFoundError(
            f"session {ctx.session.id!r} has no events of invocation {earlier!r} to resume"
        )
    if ctx.is_resumable:
        ctx.progress = Progress.of(own)
    if message is None:
        asked = (e.content for e in own if e.author == "user" and not e.get_function_responses())
        ctx.user_content = next(asked, None)


def _task_under_way(ctx: InvocationContext, invocation_id: str | None) -> OpenTask | None:
    task = ledger_of(ctx.session).active()
    if task is None or invocation_id not in (None, task.invocation_id):
        return None
    # The app may have changed since; a message must not go to an agent that is no more.
    return task if has_agent_of(ctx.agent.root_agent, task) else None


def choose_agent(ctx: InvocationContext, root: BaseAgent) -> BaseAgent:
    """Returns the agent that the run starts with."""
    if ctx.continued is not None:
        return find_agent_around(root, ctx.continued.path, resumed=ctx.progress.resumed)
    if ctx.progress.resumed:
        return find_agent_to_resume(root, ctx.session.events, ctx.invocation_id)
    return find_agent_to_run(root, ctx.session.events)
