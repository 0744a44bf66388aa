"""Compaction, resumability and cache, with google-adk's field names."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field, ValidationInfo

from adkconf.config.spec.component import ModelSpec
from adkconf.config.spec.section import Section

_PARTNERS = (
    ("compaction_interval", "overlap_size"),
    ("overlap_size", "compaction_interval"),
    ("token_threshold", "event_retention_size"),
    ("event_retention_size", "token_threshold"),
)


class SummarizerSpec(Section):
    """How summaries are written."""

    model: ModelSpec | None = None
    """The model that summarises; unset, the root agent's."""
    prompt_template: str | None = None
    """The prompt; `{conversation_history}` is replaced by the events."""


class CompactionSpec(Section):
    """Replaces old events by summaries in what the model is shown.

    By the number of turns, by the size of the prompt, or both.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "dependentRequired": {key: [partner] for key, partner in _PARTNERS},
            # Null is as good as left out, which next to the partner is not enough.
            "dependentSchemas": {
                key: {"properties": {partner: {"type": "integer"}}} for key, partner in _PARTNERS
            },
        }
    )

    compaction_interval: int | None = Field(default=None, ge=1, examples=[10])
    """Summarise after so many user turns."""
    overlap_size: int | None = Field(default=None, ge=0, examples=[2])
    """So many turns that were summarised before are summarised again."""
    token_threshold: int | None = Field(default=None, ge=1, examples=[50000])
    """Summarise when a prompt has so many tokens."""
    event_retention_size: int | None = Field(default=None, ge=0, examples=[50])
    """So many of the newest events are kept as they are."""
    summarizer: SummarizerSpec | None = None
    """How summaries are written."""


class SwitchSection(Section):
    """A section that may be written `true` for its defaults."""

    @classmethod
    def _fields_of(cls, data: Any, _info: ValidationInfo) -> Any:
        return cls._from_switch(data) if isinstance(data, bool) else data

    @classmethod
    def _from_switch(cls, on: bool) -> dict[str, Any]:
        raise NotImplementedError


class ResumabilitySpec(SwitchSection):
    """Lets runs pause and go on later."""

    is_resumable: bool = False
    """Whether they may."""
    on_app_change: Literal["allow", "warn", "reject"] = "warn"
    """What becomes of a paused run when its agents or their code are others by then: it goes on, or
    goes on and the log tells, or is refused."""

    @classmethod
    def _from_switch(cls, on: bool) -> dict[str, Any]:
        return {"is_resumable": on}


class CacheSpec(SwitchSection):
    """Keeps the beginning of prompts in the model's cache; only Gemini has one."""

    enabled: bool = True
    """`false` is the same as the section left out."""
    cache_intervals: int = Field(default=10, ge=1, le=100)
    """Make the cache anew after so many uses."""
    ttl_seconds: int = Field(default=1800, ge=1)
    """How long it is kept."""
    min_tokens: int = Field(default=0, ge=0)
    """Cache only prompts of at least so many tokens."""

    @classmethod
    def _from_switch(cls, on: bool) -> dict[str, Any]:
        return {"enabled": on}
