"""The loop of an LLM agent: ask the model, run what it calls, until it has nothing to add."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

from google.genai import types

from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event
from adkconf.events.outlet import Outlet
from adkconf.flows.cfc_step import run_cfc_step
from adkconf.flows.code_execution import run_code
from adkconf.flows.confirmation import AllowedCall, confirmation_request, confirmed_calls
from adkconf.flows.credentials import authorized_calls, credential_request
from adkconf.flows.delegation import note_task_end, pending_calls, run_sub_agents, tasks_among
from adkconf.flows.function_calls import run_function_calls
from adkconf.flows.model_call import call_model
from adkconf.flows.port import LlmAgentPort
from adkconf.flows.request import build_request
from adkconf.flows.resume import AskModel, Finished, HandOver, RunCalls, RunCode, Wait, next_move
from adkconf.flows.toolset_credentials import get_toolset_credentials
from adkconf.tools.base_tool import BaseTool
from adkconf.tools.finish_task_tool import is_task_end


async def run_flow(ctx: InvocationContext, agent: LlmAgentPort) -> AsyncGenerator[Event, None]:
    """Yields the events of one agent's turn.

    It ends with a final answer, with a call that only somebody outside can answer, with the end of
    the agent's task, or with a transfer, which is then noted in `ctx.progress.successors`.
    """
    step = _first_step(ctx, agent)
    while step is not None and not ctx.end_invocation:
        last: Event | None = None
        async with aclosing(step) as events:
            async for event in events:
                last = event
                yield event
        if last is None or ctx.end_invocation or _ends_turn(ctx, agent, last):
            return
        step = _step(ctx, agent)


def _first_step(ctx: InvocationContext, agent: LlmAgentPort) -> AsyncGenerator[Event, None] | None:
    """Returns what the agent does first, seeing what it did before in this run; None if nothing."""
    move = next_move(ctx, agent.name) if ctx.progress.resumed else AskModel()
    match move:
        case AskModel() if late := _calls_to_go_on_with(ctx, agent):
            return _late_calls(ctx, agent, late)
        case AskModel():
            return _step(ctx, agent)
        case RunCalls(calls):
            # Their answers were lost when the run broke off.
            return _late_calls(ctx, agent, [AllowedCall(call) for call in calls])
        case RunCode(event):
            return run_code(ctx, agent, event)
        case Wait():
            ctx.progress.pause(agent.name, blocked=True)
        case HandOver(successor):
            ctx.progress.successors[agent.name] = successor
        case Finished():
            pass
    return None


def _ends_turn(ctx: InvocationContext, agent: LlmAgentPort, last: Event) -> bool:
    if last.actions.transfer_to_agent is not None:
        ctx.progress.successors[agent.name] = last.actions.transfer_to_agent
        return True
    if is_task_end(last) or (ctx.is_resumable and agent.name in ctx.progress.blocked):
        return True
    return bool(last.partial) or last.is_final_response()


async def _step(ctx: InvocationContext, agent: LlmAgentPort) -> AsyncGenerator[Event, None]:
    if ctx.compactor is not None:
        await ctx.compactor.before_call(ctx)
    for question in await get_toolset_credentials(ctx, agent):
        yield question
    if ctx.end_invocation:
        return
    if ctx.run_config.support_cfc:
        async with aclosing(run_cfc_step(ctx, agent)) as events:
            async for event in events:
                yield event
        return
    request = await build_request(ctx, agent)
    async with aclosing(call_model(ctx, agent, request)) as events:
        async for event in events:
            yield event
            if event.partial or not (agent.code_executor or event.get_function_calls()):
                continue
            async with aclosing(_follow(ctx, agent, event, request.tools_dict)) as outcomes:
                async for outcome in outcomes:
                    yield outcome


async def _follow(
    ctx: InvocationContext, agent: LlmAgentPort, event: Event, tools: dict[str, BaseTool]
) -> AsyncGenerator[Event, None]:
    """Runs the code in an answer, and what it calls."""
    async with aclosing(run_code(ctx, agent, event)) as results:
        async for result in results:
            yield result
    calls = [AllowedCall(call) for call in event.get_function_calls()]
    if not calls:
        return
    given: set[str | None] = set()
    async with aclosing(_run_calls(ctx, agent, calls, tools)) as outcomes:
        async for outcome in outcomes:
            given |= {answer.id for answer in outcome.get_function_responses()}
            yield outcome
    if event.long_running_tool_ids:
        # Its real answer comes from outside, also when the tool gave a first one.
        ctx.progress.pause(agent.name, blocked=bool(event.long_running_tool_ids - given))


async def _run_calls(
    ctx: InvocationContext,
    agent: LlmAgentPort,
    allowed: list[AllowedCall],
    tools: dict[str, BaseTool],
) -> AsyncGenerator[Event, None]:
    """Yields what the called tools send and ask the user for, and then their answers."""
    calls = [item.call for item in allowed]
    confirmations = {str(item.call.id): item.confirmation for item in allowed if item.confirmation}
    work = run_function_calls(ctx, agent, calls, tools, confirmations=confirmations)
    if any(tool.sends_events for call in calls if (tool := tools.get(call.name or ""))):
        ctx.outlet = Outlet()
        running = asyncio.create_task(work)
        async with aclosing(ctx.outlet.during(running)) as events:
            async for event in events:
                yield event
        answers = running.result()
    else:
        answers = await work
    if answers is not None:
        note_task_end(ctx, agent, calls, answers, tools)
        for event in _outcome(ctx, agent, calls, answers):
            yield event
    given = {answer.id for answer in answers.get_function_responses()} if answers else set()
    left = [call for call in calls if call.id not in given]
    async with aclosing(run_sub_agents(ctx, agent, left, tools)) as events:
        async for event in events:
            yield event


def _outcome(
    ctx: InvocationContext, agent: LlmAgentPort, calls: list[types.FunctionCall], answers: Event
) -> Iterator[Event]:
    """Yields what the calls ask the user for, the answers, and the final one among them."""
    wanted = answers.actions.requested_auth_configs.items()
    if (question := credential_request(ctx, agent, wanted)) is not None:
        ctx.progress.pause(agent.name, blocked=True)
        ctx.end_invocation = True
        yield question
    question = confirmation_request(ctx, agent, calls, answers.actions)
    if question is not None:
        ctx.progress.pause(agent.name, blocked=True)
    asked = answers.actions.requested_tool_confirmations
    if question is None or all(r.id in asked for r in answers.get_function_responses()):
        yield from (event for event in (question, answers) if event is not None)
    else:
        # Whoever stops reading at the question has the results of the other calls.
        answers.actions.skip_summarization = None
        yield answers
        yield question
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


def _calls_to_go_on_with(ctx: InvocationContext, agent: LlmAgentPort) -> list[AllowedCall]:
    """Returns the calls of sub-agents at work, and those that the user's last message is about."""
    others = [*pending_calls(ctx, agent), *authorized_calls(ctx, agent)]
    allowed = [*map(AllowedCall, others), *confirmed_calls(ctx, agent)]
    by_id = {item.call.id: item for item in allowed}
    return list(by_id.values())


async def _late_calls(
    ctx: InvocationContext, agent: LlmAgentPort, calls: list[AllowedCall]
) -> AsyncGenerator[Event, None]:
    """Runs calls of an earlier step."""
    for question in await get_toolset_credentials(ctx, agent):
        yield question
    if ctx.end_invocation:
        return
    tools = (await build_request(ctx, agent)).tools_dict
    tasks = tasks_among([item.call for item in calls], tools)
    others = [item for item in calls if item.call not in tasks]
    async with aclosing(_run_calls(ctx, agent, others, tools)) as events:
        async for event in events:
            yield event
    if not ctx.end_invocation:
        async with aclosing(run_sub_agents(ctx, agent, tasks, tools)) as events:
            async for event in events:
                yield event
