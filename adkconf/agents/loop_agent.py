"""Sub-agents again and again."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

from pydantic import Field

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event


class LoopAgent(BaseAgent):
    """Runs its sub-agents in order until one escalates.

    `max_iterations` limits the rounds; unset or 0 means no limit. After an escalation the
    sub-agent that made it still finishes, those behind it do not start. In a resumable app a
    checkpoint names the sub-agent that is next, and the round, counted from 0.
    """

    max_iterations: int | None = Field(default=None, ge=0)

    async def _run_async_impl(self, ctx: InvocationContext) -> AsyncGenerator[Event, None]:
        begun = ctx.progress.states.get(self.name)
        # What ended in earlier rounds says nothing about the one that goes on.
        ctx.progress.forget_before(self.name, self._names_below())
        for times_looped, child in self._turns(begun):
            state = {"current_sub_agent": child.name, "times_looped": times_looped}
            if ctx.is_resumable and state != begun:
                ctx.progress.forget([child.name, *child._names_below()])
                yield self._checkpoint(ctx, state)
            escalated = False
            async with aclosing(child.run_async(ctx)) as events:
                async for event in events:
                    escalated = escalated or bool(event.actions.escalate)
                    yield event
            if ctx.is_paused(child.name):
                ctx.progress.paused.add(self.name)
                return
            if escalated:
                return

    def _turns(self, begun: dict[str, object] | None) -> Iterator[tuple[int, BaseAgent]]:
        """Yields every round's sub-agents, from a checkpoint on when there is one."""
        names = [child.name for child in self.sub_agents]
        first, times_looped = 0, 0
        if begun and begun.get("current_sub_agent") in names:
            first = names.index(str(begun["current_sub_agent"]))
            times_looped = int(str(begun.get("times_looped", 0)))
        while self.sub_agents and (not self.max_iterations or times_looped < self.max_iterations):
            for child in self.sub_agents[first:]:
                yield times_looped, child
            first, times_looped = 0, times_looped + 1
