"""What is known of an explicit Gemini context cache."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class CacheMetadata(BaseModel):
    """The cache a response used, or only the fingerprint of what could be cached.

    `cache_name`, `expire_time` (Unix seconds) and `invocations_used` are set together (an active
    cache) or not at all (fingerprint only). Keys stay snake_case in JSON, as in google-adk.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    cache_name: str | None = None
    expire_time: float | None = None
    fingerprint: str
    invocations_used: int | None = Field(default=None, ge=0)
    contents_count: int = Field(ge=0)
    created_at: float | None = None

    @model_validator(mode="after")
    def _active_or_not(self) -> Self:
        together = (self.cache_name, self.expire_time, self.invocations_used)
        active = {value is not None for value in together}
        if len(active) > 1:
            raise ValueError("cache_name, expire_time and invocations_used are set together")
        return self
