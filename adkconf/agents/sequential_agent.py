"""One sub-agent after the other."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import ClassVar

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event


class SequentialAgent(BaseAgent):
    """Runs its sub-agents once, in order; each sees what those before it said and stored.

    In a resumable app a checkpoint names the sub-agent that is next. In a live conversation each
    is given a tool to say that it is done.
    """

    waits_for_completion: ClassVar[bool] = True

    async def _run_async_impl(self, ctx: InvocationContext) -> AsyncGenerator[Event, None]:
        begun = ctx.progress.states.get(self.name, {}).get("current_sub_agent")
        for child in self._from(begun):
            if ctx.is_resumable and child.name != begun:
                yield self._checkpoint(ctx, {"current_sub_agent": child.name})
            async with aclosing(child.run_async(ctx)) as events:
                async for event in events:
                    yield event
            if ctx.is_paused(child.name):
                ctx.progress.paused.add(self.name)
                return

    async def _run_live_impl(self, ctx: InvocationContext) -> AsyncGenerator[Event, None]:
        for child in self.sub_agents:
            async with aclosing(child.run_live(ctx)) as events:
                async for event in events:
                    yield event

    def _from(self, name: str | None) -> list[BaseAgent]:
        """Returns the sub-agents from one on; all when it is not there any more."""
        names = [child.name for child in self.sub_agents]
        return self.sub_agents[names.index(name) :] if name in names else self.sub_agents
