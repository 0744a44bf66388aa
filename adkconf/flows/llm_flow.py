"""The loop of an LLM agent: ask the model, run what it calls, until it has nothing to add."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from adkconf.agents.invocation_context import AgentInTree, InvocationContext
from adkconf.errors import InputValidationError
from adkconf.events.event import Event
from adkconf.flows.function_calls import run_function_calls
from adkconf.flows.model_call import call_model
from adkconf.flows.port import LlmAgentPort
from adkconf.flows.request import build_request


async def run_flow(ctx: InvocationContext, agent: LlmAgentPort) -> AsyncGenerator[Event, None]:
    """Yields the events of one agent's turn, and those of the agent it hands over to."""
    while not ctx.end_invocation:
        last: Event | None = None
        async with aclosing(_step(ctx, agent)) as events:
            async for event in events:
                last = event
                yield event
        if last is not None and (successor := last.actions.transfer_to_agent) is not None:
            async with aclosing(_find(agent, successor).run_async(ctx)) as events:
                async for event in events:
                    yield event
            return
        if last is None or last.partial or last.is_final_response():
            return


async def _step(ctx: InvocationContext, agent: LlmAgentPort) -> AsyncGenerator[Event, None]:
    request = await build_request(ctx, agent)
    async with aclosing(call_model(ctx, agent, request)) as events:
        async for event in events:
            yield event
            if event.partial or not event.get_function_calls():
                continue
            answers = await run_function_calls(ctx, agent, event, request.tools_dict)
            if answers is not None:
                yield answers


def _find(agent: LlmAgentPort, name: str) -> AgentInTree:
    if (found := agent.root_agent.find_agent(name)) is not None:
        return found
    raise InputValidationError(
        f"agent {agent.name!r} handed over to {name!r}, but the app has no agent of that name"
    )
