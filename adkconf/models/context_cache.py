"""Explicit context caches of Gemini: made, used again, and deleted."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from google.genai import Client, types

from adkconf.agents.context_cache_config import ContextCacheConfig
from adkconf.errors import ModelError
from adkconf.models.cache_metadata import CacheMetadata
from adkconf.models.gemini_errors import explained
from adkconf.models.gemini_request import without_display_names
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse

logger = logging.getLogger("adkconf.models")

# Tokens below which Gemini refuses to make a cache.
_MINIMUM_TOKENS = {"gemini-2.5-": 2048, "gemini-3": 4096}


@dataclass(frozen=True)
class CachedRequest:
    """A request without what the cache holds, and what to tell of the cache afterwards."""

    request: LlmRequest
    metadata: CacheMetadata | None = None

    def told(self, response: LlmResponse) -> LlmResponse:
        """Adds the cache to a response that is complete."""
        if self.metadata is not None and not response.partial:
            response.cache_metadata = self.metadata
        return response

    def is_lost(self, error: ModelError) -> bool:
        """Tells whether a call failed because its cache is not there any more."""
        if self.request.config.cached_content is None or self.metadata is None:
            return False
        return error.code in ("PERMISSION_DENIED", "NOT_FOUND") and "cache" in str(error).lower()


async def use_cache(
    client: Client, model: str, request: LlmRequest, secrets: Sequence[str] = ()
) -> CachedRequest:
    """Puts a cache in the place of a request's beginning, when that is worth it.

    The first request of an agent only leaves a fingerprint of its beginning. When a later one
    begins the same way, a cache is made, and used until it expires, has served its runs, or the
    beginning changes; then it is deleted. Without a cache the request goes out whole. `secrets` are
    keys that must not be logged.
    """
    config: ContextCacheConfig | None = request.cache_config
    if config is None:
        return CachedRequest(request)
    return await _ContextCache(client, model, request, config, secrets).use()


class _ContextCache:
    """The cache of one request."""

    def __init__(
        self,
        client: Client,
        model: str,
        request: LlmRequest,
        config: ContextCacheConfig,
        secrets: Sequence[str],
    ) -> None:
        self._client = client
        self._model = model
        self._request = request
        self._config = config
        self._secrets = secrets

    async def use(self) -> CachedRequest:
        last: CacheMetadata | None = self._request.cache_metadata
        settled = _count_before_last_question(self._request.contents)
        if last is None:
            return self._without_cache(settled)
        same = self._fingerprint(last.contents_count) == last.fingerprint
        if last.cache_name is not None:
            if same and self._is_usable(last):
                return self._with_cache(last)
            await self._delete(last.cache_name)
        if not same:
            return self._without_cache(settled)
        count = max(settled, last.contents_count)
        made = await self._create(count) if self._is_large_enough(count) else None
        return self._without_cache(count) if made is None else self._with_cache(made)

    def _is_usable(self, cache: CacheMetadata) -> bool:
        served = cache.invocations_used or 0
        expires = cache.expire_time or 0.0
        return served <= self._config.cache_intervals and time.time() < expires

    def _is_large_enough(self, count: int) -> bool:
        """Tells whether the model takes the first `count` contents as a cache.

        Known is the size of the whole prompt before; the cache has its part of it.
        """
        tokens = self._request.cacheable_contents_token_count
        if tokens is None or tokens < self._config.min_tokens:
            return False
        config, contents = self._request.config, self._request.contents
        always = _size([config.system_instruction, *(config.tools or ())])
        whole = always + _size(contents)
        part = (always + _size(contents[:count])) / whole if whole else 1.0
        return tokens * part >= _minimum_tokens(self._model)

    async def _create(self, count: int) -> CacheMetadata | None:
        config = self._request.config
        contents: list[types.ContentUnion] = [
            content if self._client.vertexai else without_display_names(content)
            for content in self._request.contents[:count]
        ]
        wanted = types.CreateCachedContentConfig(
            contents=contents,
            system_instruction=config.system_instruction,
            tools=config.tools,
            tool_config=config.tool_config,
            ttl=self._config.ttl_string,
            display_name=f"adkconf-{count}-contents",
            http_options=self._config.create_http_options,
        )
        try:
            with explained(self._model, secrets=self._secrets):
                made = await self._client.aio.caches.create(model=self._model, config=wanted)
        except ModelError as error:
            logger.warning("no context cache was made: %s", error)
            return None
        if made.name is None:
            logger.warning("no context cache was made: the service gave it no name")
            return None
        now = time.time()
        expires = now + self._config.ttl_seconds
        return CacheMetadata(
            cache_name=made.name,
            expire_time=made.expire_time.timestamp() if made.expire_time else expires,
            fingerprint=self._fingerprint(count),
            invocations_used=1,
            contents_count=count,
            created_at=now,
        )

    async def _delete(self, name: str) -> None:
        try:
            with explained(self._model, secrets=self._secrets):
                await self._client.aio.caches.delete(name=name)
        except ModelError as error:
            # It expires by itself; most often it has.
            logger.info("context cache %s was not deleted: %s", name, error)

    def _with_cache(self, cache: CacheMetadata) -> CachedRequest:
        held = {"system_instruction": None, "tools": None, "tool_config": None}
        config = self._request.config.model_copy(
            update={**held, "cached_content": cache.cache_name}
        )
        rest = self._request.contents[cache.contents_count :]
        request = self._request.model_copy(update={"config": config, "contents": rest})
        return CachedRequest(request, cache)

    def _without_cache(self, count: int) -> CachedRequest:
        metadata = CacheMetadata(fingerprint=self._fingerprint(count), contents_count=count)
        return CachedRequest(self._request, metadata)

    def _fingerprint(self, count: int) -> str:
        """Returns 16 hex digits that stand for all that a cache of `count` contents would hold."""
        config = self._request.config
        tools = [_json(tool) for tool in config.tools or ()]
        parts = [
            self._model,
            *self._place(),
            _json(config.system_instruction),
            *sorted(tools),
            _json(config.tool_config),
            *map(_json, self._request.contents[:count]),
        ]
        digest = hashlib.sha256()
        for part in parts:
            digest.update(f"{len(part)}:{part}".encode())
        return digest.hexdigest()[:16]

    def _place(self) -> Iterable[str]:
        """Names where the caches of the client are: elsewhere they are not known."""
        api = self._client._api_client
        url = api._http_options.base_url
        return (str(part) for part in (api.vertexai, api.project, api.location, url))


def _count_before_last_question(contents: Sequence[types.Content]) -> int:
    """Returns how many contents stand before the last ones of the user, which change."""
    count = len(contents)
    while count and contents[count - 1].role == "user":
        count -= 1
    return count


def _minimum_tokens(model: str) -> int:
    name = model.rpartition("/")[2]
    return next((least for start, least in _MINIMUM_TOKENS.items() if name.startswith(start)), 0)


def _size(items: Iterable[Any]) -> int:
    return sum(len(_json(item)) for item in items if item is not None)


def _json(item: Any) -> str:
    if isinstance(item, str):
        return item
    dump = getattr(item, "model_dump", None)
    plain = dump(mode="json", exclude_none=True) if dump else item
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, default=str)
