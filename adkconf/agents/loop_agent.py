"""Sub-agents again and again."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from pydantic import Field

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event


class LoopAgent(BaseAgent):
    """Runs its sub-agents in order until one escalates.

    `max_iterations` limits the rounds; unset or 0 means no limit. After an escalation the
    sub-agent that made it still finishes, those behind it do not start.
    """

    max_iterations: int | None = Field(default=None, ge=0)

    async def _run_async_impl(self, ctx: InvocationContext) -> AsyncGenerator[Event, None]:
        rounds = 0
        while self.sub_agents and (not self.max_iterations or rounds < self.max_iterations):
            for child in self.sub_agents:
                escalated = False
                async with aclosing(child.run_async(ctx)) as events:
                    async for event in events:
                        escalated = escalated or bool(event.actions.escalate)
                        yield event
                if escalated:
                    return
            rounds += 1
