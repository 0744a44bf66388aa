"""One sub-agent after the other."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event


class SequentialAgent(BaseAgent):
    """Runs its sub-agents once, in order; each sees what those before it said and stored."""

    async def _run_async_impl(self, ctx: InvocationContext) -> AsyncGenerator[Event, None]:
        for child in self.sub_agents:
            async with aclosing(child.run_async(ctx)) as events:
                async for event in events:
                    yield event
