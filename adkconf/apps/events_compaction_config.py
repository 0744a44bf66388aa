"""When the older part of a conversation is replaced by a summary."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from adkconf.apps.base_events_summarizer import BaseEventsSummarizer


class EventsCompactionConfig(BaseModel):
    """Two triggers, of which at least one is set; agents are shown the summary instead.

    `compaction_interval`: after so many new runs, all events so far are summarised; the last
    `overlap_size` runs before them are read once more. `token_threshold`: when a prompt had so
    many tokens, after a run or before a model call, all but the last `event_retention_size` events
    are summarised. Each summary takes in the one before. `summarizer` is by default a model's: that
    of the LLM agent nearest to the root.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    summarizer: BaseEventsSummarizer | None = None
    compaction_interval: int | None = Field(default=None, gt=0)
    overlap_size: int | None = Field(default=None, ge=0)
    token_threshold: int | None = Field(default=None, gt=0)
    event_retention_size: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _whole_triggers(self) -> Self:
        self._check_pair("compaction_interval", "overlap_size")
        self._check_pair("token_threshold", "event_retention_size")
        if self.compaction_interval is None and self.token_threshold is None:
            raise ValueError(
                "nothing triggers a compaction; set compaction_interval and overlap_size, or "
                "token_threshold and event_retention_size, or all four"
            )
        return self

    def _check_pair(self, trigger: str, companion: str) -> None:
        if (getattr(self, trigger) is None) != (getattr(self, companion) is None):
            raise ValueError(f"{trigger} and {companion} must be set together; set both or neither")
