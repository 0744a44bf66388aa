"""Replaces the older part of a conversation by a summary, where the app asks for it."""

from __future__ import annotations

import logging

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.invocation_context import InvocationContext
from adkconf.agents.llm_agent import nearest_llm_agent
from adkconf.apps.base_events_summarizer import BaseEventsSummarizer
from adkconf.apps.events_compaction_config import EventsCompactionConfig
from adkconf.apps.llm_event_summarizer import LlmEventSummarizer
from adkconf.errors import InputValidationError, RunTimeoutError
from adkconf.events.event import Event
from adkconf.invocation.closed_prefix import closed_prefix, keep_answers_with_calls
from adkconf.invocation.deadline import Deadline
from adkconf.invocation.recent_events import load_back_to_summary
from adkconf.invocation.unsummarised import Unsummarised
from adkconf.sessions.session_key import SessionKey

logger = logging.getLogger("adkconf.runs")

_IN_SESSION = "unsummarised"


class Compaction:
    """Works for all sessions of an app.

    Raises:
        InputValidationError: there is neither a summarizer nor an LLM agent.
    """

    def __init__(self, config: EventsCompactionConfig, root: BaseAgent) -> None:
        self._config = config
        self._agent = nearest_llm_agent(root)
        if config.summarizer is None and self._agent is None:
            raise InputValidationError(
                "events_compaction_config needs a summarizer: the app has no LLM agent whose "
                "model could write the summaries"
            )
        # Agents that work side by side must not summarise the same events twice.
        self._busy: set[SessionKey] = set()

    async def before_call(self, ctx: InvocationContext) -> None:
        """Makes room before a model call of the agent, if its last prompt was too large."""
        await self._for_tokens(ctx, ctx.agent.name, ends=False)

    async def after_run_within(self, ctx: InvocationContext, deadline: Deadline) -> None:
        """Does so in the time that is left; a run that answered has not failed without."""
        try:
            async with deadline.watch():
                await self.after_run(ctx)
        except RunTimeoutError:
            logger.warning("session %s was not summarised in time", ctx.session.id)

    async def after_run(self, ctx: InvocationContext) -> None:
        """Makes room for the next run, if the last prompt was too large or enough runs passed."""
        if not await self._for_tokens(ctx, "", ends=True):
            await self._for_runs(ctx)

    async def _for_tokens(self, ctx: InvocationContext, agent_name: str, *, ends: bool) -> bool:
        threshold, retained = self._config.token_threshold, self._config.event_retention_size
        if threshold is None or retained is None:
            return False
        if _log_in(ctx).prompt_tokens(agent_name) < threshold:
            return False
        log = await self._log(ctx)
        events = log.events
        split = len(events) - retained
        if retained:
            split = keep_answers_with_calls(events, split)
        length = closed_prefix(events, max(split, 0))
        if not ends:
            length = _without_open_question(events, length)
        return length > 0 and await self._summarise(ctx, log, events[:length])

    async def _for_runs(self, ctx: InvocationContext) -> None:
        interval, overlap_size = self._config.compaction_interval, self._config.overlap_size
        if interval is None or overlap_size is None:
            return
        log = await self._log(ctx)
        if log.runs < interval:
            return
        overlap = log.overlap(overlap_size)
        events = overlap + log.events
        length = closed_prefix(events, len(events))
        if length > len(overlap):
            await self._summarise(ctx, log, events[:length])

    async def _log(self, ctx: InvocationContext) -> Unsummarised:
        limits = ctx.run_config.get_session_config
        if limits is None or not limits.limits:
            return _log_in(ctx)
        # The run was given less than a summary stands for.
        session = await load_back_to_summary(
            ctx.session_service, _key(ctx), self._config.overlap_size or 0
        )
        log = Unsummarised()
        log.catch_up(session.events if session is not None else [])
        return log

    async def _summarise(
        self, ctx: InvocationContext, log: Unsummarised, events: list[Event]
    ) -> bool:
        """Stores a summary of the events that takes in the one before; tells whether it did."""
        key = _key(ctx)
        if key in self._busy:
            return False
        self._busy.add(key)
        try:
            summary = await self._summarizer().maybe_summarize_events(
                events=[*_earlier_summary(log), *events]
            )
            if summary is not None:
                await ctx.session_service.append_event(ctx.session, summary)
            return summary is not None
        except Exception:
            # The whole log is still there, and the run must not fail for want of a shorter one.
            logger.warning("session %s was not summarised", key.session_id, exc_info=True)
            return False
        finally:
            self._busy.discard(key)

    def _summarizer(self) -> BaseEventsSummarizer:
        if self._config.summarizer is not None:
            return self._config.summarizer
        assert self._agent is not None
        return LlmEventSummarizer(self._agent.canonical_model)


def _log_in(ctx: InvocationContext) -> Unsummarised:
    log: Unsummarised = ctx.session.derived.setdefault(_IN_SESSION, Unsummarised())
    log.catch_up(ctx.session.events)
    return log


def _key(ctx: InvocationContext) -> SessionKey:
    return SessionKey(ctx.app_name, ctx.user_id, ctx.session.id)


def _earlier_summary(log: Unsummarised) -> list[Event]:
    if log.summary is None:
        return []
    return [
        Event(
            author="model",
            content=log.summary.compacted_content,
            timestamp=log.summary.start_timestamp,
        )
    ]


def _without_open_question(events: list[Event], length: int) -> int:
    """Leaves out the user's message where nothing has been said to it yet."""
    last = events[-1] if events else None
    if last is None or last.author != "user" or last.get_function_responses():
        return length
    return min(length, len(events) - 1)
