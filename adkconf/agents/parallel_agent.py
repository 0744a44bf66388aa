"""Sub-agents side by side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event

_Handover = tuple[Event, asyncio.Event]


class ParallelAgent(BaseAgent):
    """Runs its sub-agents at once, each on a branch of its own.

    A sub-agent sees what was said before the fork and what it says itself, not its siblings. The
    state is shared, the last write wins. An escalation stops the siblings; so does an exception.
    """

    async def _run_async_impl(self, ctx: InvocationContext) -> AsyncGenerator[Event, None]:
        if ctx.is_resumable and self.name not in ctx.progress.states:
            yield self._checkpoint(ctx, {})
        async with aclosing(self._side_by_side(ctx)) as events:
            async for event in events:
                yield event
        if any(ctx.is_paused(child.name) for child in self.sub_agents):
            ctx.progress.paused.add(self.name)

    async def _side_by_side(self, ctx: InvocationContext) -> AsyncGenerator[Event, None]:
        queue: asyncio.Queue[_Handover | BaseException | None] = asyncio.Queue()
        tasks = [
            asyncio.create_task(_drive(child, self._on_branch(ctx, child), queue))
            for child in self.sub_agents
        ]
        try:
            running = len(tasks)
            while running:
                item = await queue.get()
                if item is None:
                    running -= 1
                elif isinstance(item, BaseException):
                    raise item
                else:
                    event, taken = item
                    yield event
                    if event.actions.escalate:
                        return
                    taken.set()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _on_branch(self, ctx: InvocationContext, child: BaseAgent) -> InvocationContext:
        branch = f"{self.name}.{child.name}"
        return ctx.model_copy(update={"branch": f"{ctx.branch}.{branch}" if ctx.branch else branch})


async def _drive(
    child: BaseAgent,
    ctx: InvocationContext,
    queue: asyncio.Queue[_Handover | BaseException | None],
) -> None:
    """Puts the child's events into the queue, each once the one before it has been stored."""
    try:
        async with aclosing(child.run_async(ctx)) as events:
            async for event in events:
                taken = asyncio.Event()
                queue.put_nowait((event, taken))
                await taken.wait()
    except Exception as error:
        queue.put_nowait(error)
    else:
        queue.put_nowait(None)
