"""What a model call needs to know of the context cache of the calls before."""

from __future__ import annotations

from typing import NamedTuple

from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event
from adkconf.models.cache_metadata import CacheMetadata
from adkconf.models.llm_request import LlmRequest

_IN_SESSION = "last caches"


class _Cache(NamedTuple):
    invocation_id: str
    metadata: CacheMetadata


class LastCaches:
    """Each agent's last cache and the size of its last prompt, kept up to date event by event."""

    def __init__(self) -> None:
        self._read = 0
        self._caches: dict[str, _Cache] = {}
        self._prompt_tokens: dict[str, int] = {}

    def catch_up(self, events: list[Event]) -> None:
        """Reads what is new in a log."""
        for event in events[self._read :]:
            if event.cache_metadata is not None:
                self._caches[event.author] = _Cache(event.invocation_id, event.cache_metadata)
            usage = event.usage_metadata
            if usage is not None and usage.prompt_token_count is not None:
                self._prompt_tokens[event.author] = usage.prompt_token_count
        self._read = len(events)

    def cache(self, agent_name: str, invocation_id: str) -> CacheMetadata | None:
        """Returns the agent's last cache; a run that did not use it yet is counted."""
        last = self._caches.get(agent_name)
        if last is None:
            return None
        metadata = last.metadata
        if metadata.invocations_used is None or last.invocation_id == invocation_id:
            return metadata
        return metadata.model_copy(update={"invocations_used": metadata.invocations_used + 1})

    def prompt_tokens(self, agent_name: str) -> int | None:
        """Returns the tokens of the agent's last prompt, if a model told."""
        return self._prompt_tokens.get(agent_name)


def offer_cache(ctx: InvocationContext, request: LlmRequest) -> None:
    """Completes a request with the app's cache settings and with the agent's last cache."""
    if ctx.context_cache_config is None:
        return
    caches: LastCaches = ctx.session.derived.setdefault(_IN_SESSION, LastCaches())
    caches.catch_up(ctx.session.events)
    request.cache_config = ctx.context_cache_config
    request.cache_metadata = caches.cache(ctx.agent.name, ctx.invocation_id)
    request.cacheable_contents_token_count = caches.prompt_tokens(ctx.agent.name)
