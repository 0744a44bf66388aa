"""What can be asked for, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from adkconf.agents import BaseAgent
from adkconf.apps import App, EventsCompactionConfig
from adkconf.apps.base_events_summarizer import BaseEventsSummarizer
from adkconf.errors import InputValidationError
from adkconf.events import Event
from adkconf.runners import InMemoryRunner


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "nothing triggers a compaction"),
        ({"compaction_interval": 3}, "compaction_interval and overlap_size must be set together"),
        ({"overlap_size": 3}, "compaction_interval and overlap_size must be set together"),
        ({"token_threshold": 3}, "token_threshold and event_retention_size must be set together"),
        (
            {"compaction_interval": 3, "overlap_size": 1, "event_retention_size": 3},
            "token_threshold and event_retention_size must be set together",
        ),
        ({"compaction_interval": 0, "overlap_size": 0}, "greater than 0"),
        ({"compaction_interval": 1, "overlap_size": -1}, "greater than or equal to 0"),
        ({"token_threshold": 0, "event_retention_size": 0}, "greater than 0"),
        ({"token_threshold": 1, "event_retention_size": -1}, "greater than or equal to 0"),
        ({"compaction_interval": 1, "overlap_size": 0, "interval": 1}, "Extra inputs"),
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        EventsCompactionConfig(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"compaction_interval": 10, "overlap_size": 2},
        {"token_threshold": 50_000, "event_retention_size": 50},
        {
            "compaction_interval": 1,
            "overlap_size": 0,
            "token_threshold": 1,
            "event_retention_size": 0,
        },
    ],
)
def test_each_trigger_and_both_are_accepted(fields: dict[str, Any]) -> None:
    assert EventsCompactionConfig(**fields).model_dump(exclude_none=True) == fields


class _None(BaseEventsSummarizer):
    async def maybe_summarize_events(self, *, events: list[Event]) -> Event | None:
        return None


def test_app_without_a_model_needs_a_summarizer() -> None:
    config = EventsCompactionConfig(compaction_interval=1, overlap_size=0)
    app = App(name="demo", root_agent=BaseAgent(name="root"), events_compaction_config=config)
    with pytest.raises(InputValidationError, match="needs a summarizer"):
        InMemoryRunner(app=app)
    config = config.model_copy(update={"summarizer": _None()})
    InMemoryRunner(app=app.model_copy(update={"events_compaction_config": config}))
