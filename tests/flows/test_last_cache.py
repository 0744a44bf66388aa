"""What a model call is told of the caches before."""

from __future__ import annotations

from google.genai import types

from adkconf.events import Event
from adkconf.flows.last_cache import LastCaches
from adkconf.models.cache_metadata import CacheMetadata

USED = CacheMetadata(
    cache_name="c", expire_time=1.0, fingerprint="f", invocations_used=2, contents_count=3
)


def told(author: str, run: str, cache: CacheMetadata | None = None, tokens: int = 0) -> Event:
    usage = types.GenerateContentResponseUsageMetadata(prompt_token_count=tokens or None)
    return Event(author=author, invocation_id=run, cache_metadata=cache, usage_metadata=usage)


def test_another_run_is_one_more_use() -> None:
    caches = LastCaches()
    caches.catch_up([told("a", "1", USED)])
    again, anew = caches.cache("a", "1"), caches.cache("a", "2")
    assert again == USED
    assert anew == USED.model_copy(update={"invocations_used": 3})


def test_fingerprints_are_not_used_up() -> None:
    caches = LastCaches()
    mark = CacheMetadata(fingerprint="f", contents_count=3)
    caches.catch_up([told("a", "1", mark)])
    assert caches.cache("a", "2") == mark


def test_each_agent_has_its_own_and_the_last_counts() -> None:
    caches = LastCaches()
    caches.catch_up([told("a", "1", USED, 10), told("b", "1", tokens=20), told("a", "2")])
    assert caches.cache("b", "3") is None
    assert caches.cache("a", "1") == USED
    assert [caches.prompt_tokens(name) for name in "abc"] == [10, 20, None]


def test_only_new_events_are_read() -> None:
    caches = LastCaches()
    events = [told("a", "1", USED)]
    caches.catch_up(events)
    events[0].cache_metadata = None
    caches.catch_up([*events, told("a", "2", tokens=5)])
    assert caches.cache("a", "1") == USED
    assert caches.prompt_tokens("a") == 5
