"""The live counterpart of the loop of an LLM agent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from adkconf.agents.invocation_context import InvocationContext
from adkconf.errors import InputValidationError
from adkconf.events.event import Event
from adkconf.events.outlet import Outlet
from adkconf.flows.live_request import build_live_request
from adkconf.flows.live_talk import LiveTalk
from adkconf.flows.port import LlmAgentPort
from adkconf.models.llm_request import LlmRequest


async def run_live_flow(
    ctx: InvocationContext, agent: LlmAgentPort, request: LlmRequest | None = None
) -> AsyncGenerator[Event, None]:
    """Yields the events of one agent's part of a live conversation, begun with `request` if given.

    A transfer is noted in `ctx.progress.successors`. Each new connection, not one that resumes
    another, counts as a model call.

    Raises:
        InputValidationError: the run is not live.
    """
    if ctx.live_request_queue is None:
        raise InputValidationError("a live run needs a live_request_queue")
    request = request or await build_live_request(ctx, agent)
    talk = LiveTalk(ctx, agent, ctx.live_request_queue, request)
    outlet = Outlet()
    holding = asyncio.create_task(talk.hold(outlet))
    holding.add_done_callback(lambda _: outlet.close())
    try:
        async with aclosing(outlet.events()) as events:
            async for event in events:
                yield event
    finally:
        holding.cancel()
        await asyncio.wait([holding])
    holding.result()
