"""A node where an agent is expected: at the root of an app, or among an agent's sub-agents."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from google.genai import types

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event
from adkconf.events.outlet import Outlet
from adkconf.flows.delegation import first_message
from adkconf.workflow.base_node import BaseNode
from adkconf.workflow.children import below, execute
from adkconf.workflow.execution import Ground, Outcome, Task
from adkconf.workflow.journal import Journal
from adkconf.workflow.recall import Done, Waiting, recall


class NodeAgent(BaseAgent):
    """Runs a node, a workflow for one, with the user's message as its input.

    Plugins' agent hooks are not called for it, as it is no agent; those of the agents inside are.
    """

    node: BaseNode

    def __init__(self, node: BaseNode) -> None:
        super().__init__(name=node.name, description=node.description, node=node)  # type: ignore[call-arg]

    @property
    def inner_agents(self) -> list[BaseAgent]:
        """The agents that the node, and those inside it, run."""
        return self.node.agents_inside()

    def clone(self, update: dict[str, Any] | None = None) -> NodeAgent:
        """Returns a copy of the agent, without a parent, that runs a copy of the node."""
        return NodeAgent(self.node.model_copy(update=update))

    async def run_async(self, parent_context: InvocationContext) -> AsyncGenerator[Event, None]:
        """Yields the events of all nodes, each when its node is ready to go on."""
        ctx = parent_context.model_copy(update={"agent": self})
        if self.name in ctx.progress.ended:
            return
        ctx.progress.paused.discard(self.name)
        outlet = Outlet()
        running = asyncio.create_task(self._execute(ctx, outlet))
        async with aclosing(outlet.during(running)) as events:
            async for event in events:
                yield event
        outcome = running.result()
        if outcome.error is not None:
            ctx.tally.told = outcome.error
            raise outcome.error
        if outcome.asked:
            ctx.progress.paused.add(self.name)
        elif ctx.is_resumable:
            ctx.progress.ended.add(self.name)

    async def _execute(self, ctx: InvocationContext, outlet: Outlet) -> Outcome:
        goes_on = ctx.progress.resumed or ctx.continued or _answers(ctx.user_content)
        if goes_on:
            ctx.user_content = first_message(ctx)
        events = ctx.session.events
        since = ctx.since if goes_on else len(events)
        journal = Journal(events, ctx.invocation_id, ctx.node_path, since)
        match recall(self.node, journal.record(ctx.node_path), dynamic=False):
            case Done(output, route):
                return Outcome(output, route)
            case Waiting(asked):
                return Outcome(asked=asked)
            case mode:
                task = Task(
                    node=self.node,
                    node_input=ctx.user_content,
                    path=ctx.node_path,
                    invocation=below(ctx, self.node, ctx.branch),
                    author=self.node.name,
                    mode=mode,
                )
                return await execute(Ground(outlet, journal), task)


def as_agent(root: BaseAgent | BaseNode) -> BaseAgent:
    """Returns an agent that runs whatever stands at the root."""
    return root if isinstance(root, BaseAgent) else NodeAgent(root)


def _answers(content: types.Content | None) -> bool:
    return any(part.function_response for part in (content.parts if content else None) or ())
