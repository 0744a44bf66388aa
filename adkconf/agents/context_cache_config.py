"""How long and how often an explicit context cache is used."""

from __future__ import annotations

from google.genai import types
from pydantic import BaseModel, ConfigDict, Field


class ContextCacheConfig(BaseModel):
    """Lets Gemini keep the beginning of requests, so that it is not sent and paid anew.

    A cache is made at the earliest for the second request, when the prompt before had at least
    `min_tokens` (and as many as the model demands). It serves up to `cache_intervals` runs, and
    `ttl_seconds` at most. `create_http_options` are for making it, a timeout for one: when that
    fails, the request goes out without a cache.
    """

    model_config = ConfigDict(extra="forbid")

    cache_intervals: int = Field(default=10, ge=1, le=100)
    ttl_seconds: int = Field(default=1800, gt=0)
    min_tokens: int = Field(default=0, ge=0)
    create_http_options: types.HttpOptions | None = None

    @property
    def ttl_string(self) -> str:
        """The time to live as Gemini's API writes it: `1800s`."""
        return f"{self.ttl_seconds}s"
