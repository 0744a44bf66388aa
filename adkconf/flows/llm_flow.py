"""The loop of an LLM agent: ask the model, run what it calls, until it has nothing to add."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from google.genai import types

from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event
from adkconf.flows.confirmation import ConfirmedCall, confirmation_request, confirmed_calls
from adkconf.flows.function_calls import run_function_calls
from adkconf.flows.model_call import call_model
from adkconf.flows.port import LlmAgentPort
from adkconf.flows.request import build_request
from adkconf.flows.resume import AskModel, Finished, HandOver, RunCalls, Wait, next_move


async def run_flow(ctx: InvocationContext, agent: LlmAgentPort) -> AsyncGenerator[Event, None]:
    """Yields the events of one agent's turn.

    It ends with a final answer, with a call that only somebody outside can answer, or with a
    transfer, which is then noted in `ctx.progress.successors`.
    """
    move = next_move(ctx, agent.name) if ctx.progress.resumed else AskModel()
    confirmed = confirmed_calls(ctx, agent)
    match move:
        case AskModel() if confirmed:
            step = _confirmed_calls(ctx, agent, confirmed)
        case Finished():
            return
        case Wait():
            ctx.progress.paused.add(agent.name)
            return
        case HandOver(successor):
            ctx.progress.successors[agent.name] = successor
            return
        case RunCalls():
            step = _missed_calls(ctx, agent, move)
        case AskModel():
            step = _step(ctx, agent)
    while not ctx.end_invocation:
        last: Event | None = None
        async with aclosing(step) as events:
            async for event in events:
                last = event
                yield event
        if last is None or _ends_turn(ctx, agent, last):
            return
        step = _step(ctx, agent)


def _ends_turn(ctx: InvocationContext, agent: LlmAgentPort, last: Event) -> bool:
    if last.actions.transfer_to_agent is not None:
        ctx.progress.successors[agent.name] = last.actions.transfer_to_agent
        return True
    return bool(last.partial) or last.is_final_response() or ctx.is_paused(agent.name)


async def _step(ctx: InvocationContext, agent: LlmAgentPort) -> AsyncGenerator[Event, None]:
    if ctx.compactor is not None:
        await ctx.compactor.before_call(ctx)
    request = await build_request(ctx, agent)
    async with aclosing(call_model(ctx, agent, request)) as events:
        async for event in events:
            yield event
            if event.partial or not event.get_function_calls():
                continue
            calls = event.get_function_calls()
            answers = await run_function_calls(ctx, agent, calls, request.tools_dict)
            given = {answer.id for answer in answers.get_function_responses()} if answers else set()
            if (event.long_running_tool_ids or set()) - given:
                ctx.progress.paused.add(agent.name)
            if answers is None:
                continue
            request_event = confirmation_request(ctx, agent, event, answers.actions)
            if request_event is not None:
                ctx.progress.paused.add(agent.name)
                yield request_event
            yield answers
            if answers.actions.set_model_response is not None:
                yield _final_answer(ctx, agent, answers.actions.set_model_response)


def _final_answer(ctx: InvocationContext, agent: LlmAgentPort, answer: Any) -> Event:
    """Makes the event of an answer that the model gave as a tool call."""
    text = types.Part(text=json.dumps(answer, ensure_ascii=False))
    return Event(
        invocation_id=ctx.invocation_id,
        author=agent.name,
        branch=ctx.branch,
        node_path=ctx.node_path,
        content=types.Content(role="model", parts=[text]),
    )


async def _confirmed_calls(
    ctx: InvocationContext, agent: LlmAgentPort, confirmed: list[ConfirmedCall]
) -> AsyncGenerator[Event, None]:
    """Runs calls that a person has decided about."""
    tools = (await build_request(ctx, agent)).tools_dict
    answers = await run_function_calls(
        ctx,
        agent,
        [item.call for item in confirmed],
        tools,
        confirmations={str(item.call.id): item.confirmation for item in confirmed},
    )
    if answers is not None:
        yield answers


async def _missed_calls(
    ctx: InvocationContext, agent: LlmAgentPort, move: RunCalls
) -> AsyncGenerator[Event, None]:
    """Runs calls whose answers were lost when the run broke off."""
    tools = (await build_request(ctx, agent)).tools_dict
    answers = await run_function_calls(ctx, agent, move.calls, tools)
    if answers is not None:
        yield answers
