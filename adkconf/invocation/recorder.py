"""Events on their way out of a run: stored first, then shown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from adkconf.agents.failure_event import failure_event
from adkconf.agents.invocation_context import InvocationContext
from adkconf.errors import PluginError, RunTimeoutError
from adkconf.events.event import Event
from adkconf.invocation.abort import Abort, sealing_events
from adkconf.invocation.deadline import NEVER, Deadline

logger = logging.getLogger("adkconf.runs")

# So long may plugins work on the error of a run that has a time limit.
_GRACE_SECONDS = 5.0

_BEFORE_RUN = "before_run_callback"
_ON_EVENT = "on_event_callback"

# What a plugin may not change about an event.
_FIXED = {"id", "invocation_id", "timestamp"}


async def record(ctx: InvocationContext, event: Event) -> Event:
    """Adds the run's metadata and stores the event; fragments and live sound pass by."""
    if extra := ctx.run_config.custom_metadata:
        event.custom_metadata = {**extra, **(event.custom_metadata or {})}
    if event.partial or (ctx.is_live and _is_live_media(event)):
        return event
    return await ctx.session_service.append_event(ctx.session, event)


async def run_agent(
    ctx: InvocationContext, deadline: Deadline = NEVER, abort: Abort | None = None
) -> AsyncGenerator[Event, None]:
    """Runs the agent of the context; yields each event after it has been stored.

    An exception becomes an error event of the agent it came from, and goes on. Storing is not cut
    short by the deadline.
    """
    abort = abort or Abort()
    try:
        async with aclosing(abort.limit(deadline.limit(_events(ctx)))) as events:
            async for event in events:
                yield await _recorded(ctx, event, deadline)
        if abort.requested:
            for event in sealing_events(ctx):
                yield await _recorded(ctx, event, deadline)
        async with deadline.watch():
            await ctx.plugin_manager.first("after_run_callback", invocation_context=ctx)
    except GeneratorExit:
        # Whoever reads the run wants no more of it; plugins still see it end.
        await _end_early(ctx, deadline)
        raise
    except Exception as error:
        if (told := await record_failure(ctx, error)) is not None:
            yield told
        raise


async def _recorded(ctx: InvocationContext, event: Event, deadline: Deadline) -> Event:
    """Shows an event to the plugins and stores it as they leave it."""
    if ctx.plugin_manager.overridden(_ON_EVENT):
        async with deadline.watch():
            event = await _shown_to_plugins(ctx, event)
    return await record(ctx, event)


async def _end_early(ctx: InvocationContext, deadline: Deadline) -> None:
    try:
        async with deadline.watch():
            await ctx.plugin_manager.first("after_run_callback", invocation_context=ctx)
    except (PluginError, RunTimeoutError) as error:
        logger.exception("a run that was left early did not end well")
        await _tell_plugins(ctx, error)


def _events(ctx: InvocationContext) -> AsyncGenerator[Event, None]:
    if ctx.plugin_manager.overridden(_BEFORE_RUN):
        return _events_after_plugins(ctx)
    return _from_agent(ctx)


async def _events_after_plugins(ctx: InvocationContext) -> AsyncGenerator[Event, None]:
    """Yields what a plugin answers instead of the agent, or what the agent says."""
    answer = await ctx.plugin_manager.first(_BEFORE_RUN, invocation_context=ctx)
    if answer is not None:
        yield Event(invocation_id=ctx.invocation_id, author="model", content=answer)
        return
    async with aclosing(_from_agent(ctx)) as events:
        async for event in events:
            yield event


def _from_agent(ctx: InvocationContext) -> AsyncGenerator[Event, None]:
    return ctx.agent.run_live(ctx) if ctx.is_live else ctx.agent.run_async(ctx)


async def _shown_to_plugins(ctx: InvocationContext, event: Event) -> Event:
    """Returns the event, with what plugins change about it."""
    changed: Event | None = await ctx.plugin_manager.first(
        _ON_EVENT, invocation_context=ctx, event=event
    )
    if changed is not None:
        fields = changed.model_fields_set - _FIXED
        event = event.model_copy(update={name: getattr(changed, name) for name in fields})
    return event


def _is_live_media(event: Event) -> bool:
    """Tells whether an event carries a live model's sound or images: too much to store."""
    blobs = [part.inline_data for part in (event.content.parts if event.content else None) or ()]
    kinds = {(blob.mime_type or "").partition("/")[0].lower() for blob in blobs if blob}
    return event.author != "user" and bool(kinds & {"audio", "video", "image"})


async def record_failure(ctx: InvocationContext, error: Exception) -> Event | None:
    """Stores the error event that ends a run and tells the plugins.

    Returns None when the event could not be stored, or an earlier one tells of the error.
    """
    event = failure_event(ctx.tally.failed_in or ctx, error)
    stored: Event | None = None
    try:
        if ctx.tally.told is not error:
            stored = await record(ctx, await _failure_shown(ctx, event))
    except Exception:
        # The first error is the one to tell; a store that fails now must not hide it.
        logger.exception("the error event of invocation %s was not stored", ctx.invocation_id)
    await _tell_plugins(ctx, error)
    return stored


async def _failure_shown(ctx: InvocationContext, event: Event) -> Event:
    """Shows plugins the error event; one that fails over it does not hide the error."""
    try:
        async with asyncio.timeout(_grace(ctx)):
            return await _shown_to_plugins(ctx, event)
    except (PluginError, TimeoutError):
        logger.exception("a plugin failed over the error event of a run")
        return event


async def _tell_plugins(ctx: InvocationContext, error: Exception) -> None:
    try:
        async with asyncio.timeout(_grace(ctx)):
            await ctx.plugin_manager.every(
                "on_run_error_callback", invocation_context=ctx, error=error
            )
    except TimeoutError:
        logger.warning("plugins took longer than %s s over an error", _GRACE_SECONDS)


def _grace(ctx: InvocationContext) -> float | None:
    """Returns how long plugins may hold up the end of a failed run; None where nothing is set."""
    return None if ctx.run_config.timeout_seconds is None else _GRACE_SECONDS
