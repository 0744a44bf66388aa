"""Tasks that an agent gives to its sub-agents, and the task that it was given itself."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from google.genai import types

from adkconf.agents.invocation_context import InvocationContext
from adkconf.agents.node_run import NodePlace
from adkconf.agents.open_task import DELEGATED
from adkconf.agents.progress import Progress
from adkconf.events.event import Event
from adkconf.flows.port import LlmAgentPort
from adkconf.flows.task_ledger import ledger_of
from adkconf.tools.base_tool import BaseTool
from adkconf.tools.finish_task_tool import FinishTaskTool, is_task_end, refuse_end
from adkconf.tools.sub_agent_tools import SubAgent, TaskAgentTool


def tasks_among(
    calls: Sequence[types.FunctionCall], tools: Mapping[str, BaseTool]
) -> list[types.FunctionCall]:
    """Returns the calls that give a sub-agent a task."""
    return [call for call in calls if isinstance(tools.get(call.name or ""), TaskAgentTool)]


def pending_calls(ctx: InvocationContext, agent: LlmAgentPort) -> list[types.FunctionCall]:
    """Returns calls of earlier turns that sub-agents still have to answer.

    A task waits for as long as it takes; an agent with a single turn waits for answers to its own
    calls, which belong to its run.
    """
    modes = {child.name: getattr(child, "mode", None) for child in agent.sub_agents}
    names = {name for name, mode in modes.items() if mode in DELEGATED}
    if not names:
        return []
    return [
        found.call
        for found in ledger_of(ctx.session).calls_to(names, agent.name)
        if found.scope == ctx.isolation_scope
        and (found.invocation_id == ctx.invocation_id or modes[str(found.call.name)] == "task")
    ]


async def run_sub_agents(
    ctx: InvocationContext,
    agent: LlmAgentPort,
    calls: Sequence[types.FunctionCall],
    tools: Mapping[str, BaseTool],
) -> AsyncGenerator[Event, None]:
    """Lets sub-agents work on the tasks among calls that have no answer, one after the other.

    When one ends its turn before its task is done, the agent has to wait: the user's next message
    is for the one at work. It also waits for sub-agents with a single turn that wait themselves.
    """
    tasks = tasks_among(calls, tools)
    for call in tasks:
        tool = tools[call.name or ""]
        assert isinstance(tool, TaskAgentTool)
        result: Event | None = None
        async with aclosing(tool.agent.run_async(_at_work(ctx, tool.agent, call))) as events:
            async for event in events:
                yield event
                if event.isolation_scope == call.id and is_task_end(event):
                    result = event
        if result is None:
            _wait(ctx, agent)
            return
        yield _answer(ctx, call, result.output)
    others = [tools.get(call.name or "") for call in calls if call not in tasks]
    if any(tool is not None and tool.defers_answer for tool in others):
        _wait(ctx, agent)


def _wait(ctx: InvocationContext, agent: LlmAgentPort) -> None:
    """Ends the agent's turn until a sub-agent has its answer."""
    ctx.progress.pause(agent.name, blocked=True)
    ctx.end_invocation = True


def _at_work(
    ctx: InvocationContext, agent: SubAgent, call: types.FunctionCall
) -> InvocationContext:
    scope = str(call.id)
    leaf = f"{agent.name}@{scope}"
    path = f"{ctx.node_path}/{leaf}"
    task = ledger_of(ctx.session).task(scope, ctx.invocation_id, path)
    request = json.dumps(call.args or {}, ensure_ascii=False, default=str)
    return ctx.model_copy(
        update={
            "agent": agent,
            "branch": f"{ctx.branch}.{leaf}" if ctx.branch else leaf,
            "isolation_scope": scope,
            "node": NodePlace(
                path=path,
                agent_name=agent.name,
                prompt=types.Content(role="user", parts=[types.Part(text=request)]),
                since=task.begun,
                view="task",
            ),
            "progress": Progress(resumed=ctx.progress.resumed),
        }
    )


def with_own_task(ctx: InvocationContext, agent: LlmAgentPort) -> InvocationContext:
    """Returns the context for an agent in mode `task` that nobody gave one, as at the root.

    What the user says is its task then.
    """
    if ctx.node is not None and ctx.node.view == "task" and ctx.node.agent_name == agent.name:
        return ctx
    path = ctx.model_copy(update={"agent": agent}).node_path
    task = ledger_of(ctx.session).task(path, ctx.invocation_id, path)
    return ctx.model_copy(
        update={
            "agent": agent,
            "isolation_scope": path,
            "node": NodePlace(
                path=path,
                agent_name=agent.name,
                prompt=first_message(ctx) if ctx.continued else ctx.user_content,
                since=task.begun,
                view="task",
            ),
            "progress": Progress(resumed=ctx.progress.resumed),
        }
    )


def first_message(ctx: InvocationContext) -> types.Content | None:
    """Returns what the user said when the run began."""
    for event in ctx.session.events[ctx.since :]:
        if event.invocation_id == ctx.invocation_id and event.author == "user":
            return event.content
    return None


def _answer(ctx: InvocationContext, call: types.FunctionCall, output: Any) -> Event:
    """Makes the answer to the call that gave the task, in the user's name, as a tool's that comes
    from outside.
    """
    response = output if isinstance(output, dict) else {"output": output}
    part = types.Part(
        function_response=types.FunctionResponse(id=call.id, name=call.name, response=response)
    )
    return Event(
        invocation_id=ctx.invocation_id,
        author="user",
        branch=ctx.branch,
        node_path=ctx.node_path,
        content=types.Content(role="user", parts=[part]),
    )


def note_task_end(
    ctx: InvocationContext,
    agent: LlmAgentPort,
    calls: Sequence[types.FunctionCall],
    answers: Event,
    tools: Mapping[str, BaseTool],
) -> None:
    """Puts the result of the agent's own task into the event of its end, and into the state.

    The task does not end in the step in which the agent gives one itself.
    """
    if not is_task_end(answers):
        return
    if tasks_among(calls, tools):
        refuse_end(answers)
        return
    tool, call = next(
        (tool, call)
        for call in calls
        if isinstance(tool := tools.get(call.name or ""), FinishTaskTool)
    )
    answers.output = tool.result_of(call.args or {})
    answers.node_info.output_for = [ctx.node_path]
    if agent.output_key is not None and answers.output is not None:
        answers.actions.state_delta[agent.output_key] = answers.output
