"""What a model is shown when its agent is a node of a workflow."""

from __future__ import annotations

from google.genai import types

from adkconf.agents.invocation_context import InvocationContext
from adkconf.agents.node_run import NodePlace
from adkconf.events.event import Event
from adkconf.flows.history import History


def node_contents(ctx: InvocationContext, agent_name: str, place: NodePlace) -> list[types.Content]:
    """Returns the node's input as the user's message, and what was said and done since.

    The input is not in the session; it stands where the node began.
    """
    events = ctx.session.events
    prompt = place.prompt if place.prompt is not None else ctx.user_content
    asked = [Event(author="user", content=prompt)] if prompt is not None else []
    alone = place.view == "input"
    before = [] if alone else events[: place.since]
    after = events[place.since :]
    if alone:
        after = [event for event in after if _concerns(event, ctx, place)]
    return History(agent_name, ctx.branch).contents([*before, *asked, *after])


def _concerns(event: Event, ctx: InvocationContext, place: NodePlace) -> bool:
    if event.invocation_id != ctx.invocation_id:
        return False
    if event.author == "user":
        return bool(event.get_function_responses())
    path = event.node_info.path
    return path == place.path or path.startswith(f"{place.path}/")
