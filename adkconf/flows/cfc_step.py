"""A step of an LLM agent that the Live API serves: it alone calls functions in compositions."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from google.genai import types

from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.agents.live_request_queue import LiveRequestQueue
from adkconf.agents.run_config import StreamingMode
from adkconf.errors import InputValidationError
from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions
from adkconf.flows.live_flow import run_live_flow
from adkconf.flows.live_request import build_live_request
from adkconf.flows.model_call import after_model, before_model, response_event
from adkconf.flows.port import LlmAgentPort
from adkconf.models.base_llm import BaseLlm


async def run_cfc_step(ctx: InvocationContext, agent: LlmAgentPort) -> AsyncGenerator[Event, None]:
    """Yields the events of one whole answer, with the calls that it took and their answers.

    Raises:
        InputValidationError: the model has no live mode.
    """
    queue = LiveRequestQueue()
    live = _live(ctx, agent, queue)
    request = await build_live_request(live, agent)
    actions = EventActions()
    context = Context(live, event_actions=actions)
    answer = await before_model(live, agent, request, context)
    context.settle()
    if answer is not None:
        yield response_event(live, agent, answer, Event.new_id(), actions)
        return
    streams = ctx.run_config.streaming_mode is StreamingMode.SSE
    awaits_words = False
    long_running, given = set[str | None](), set[str | None]()
    async with aclosing(run_live_flow(live, agent, request)) as events:
        async for event in events:
            if streams or not event.partial:
                yield await _shown(live, agent, event)
            answered = event.get_function_responses()
            long_running |= event.long_running_tool_ids or set()
            given |= {response.id for response in answered}
            if answered or event.content:
                awaits_words = bool(answered)
            # Some models complete the turn of their calls too.
            if event.turn_complete and not awaits_words:
                queue.close()
    if long_running:
        ctx.progress.pause(agent.name, blocked=bool(long_running - given))


def _live(
    ctx: InvocationContext, agent: LlmAgentPort, queue: LiveRequestQueue
) -> InvocationContext:
    """Returns the context of a live run that answers in text, unless told otherwise."""
    model = agent.canonical_live_model
    if type(model).connect is BaseLlm.connect:
        raise InputValidationError(
            f"CFC is not supported for model: {model.model} in agent: {agent.name}; it needs a "
            "model with a live mode, or support_cfc=False"
        )
    config = ctx.run_config
    if config.response_modalities is None:
        config = config.model_copy(update={"response_modalities": [types.Modality.TEXT]})
    return ctx.model_copy(update={"live_request_queue": queue, "run_config": config})


async def _shown(ctx: InvocationContext, agent: LlmAgentPort, event: Event) -> Event:
    """Returns the event, or one of what the after-model callbacks put in its place."""
    if event.content is None or event.get_function_responses():
        return event
    context = Context(ctx, event_actions=event.actions)
    answer = await after_model(ctx, agent, event, context)
    context.settle()
    if answer is event:
        return event
    return response_event(ctx, agent, answer, event.id, event.actions)
