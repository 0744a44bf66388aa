"""What the telemetry of one run may hold; this much needs no OpenTelemetry."""

from __future__ import annotations

import os
from enum import Enum

from pydantic import BaseModel, ConfigDict

IGNORE_RUN_CONFIG = "ADK_TELEMETRY_IGNORE_RUN_CONFIG"
"""When this environment variable is `1` or `true`, runs cannot choose for themselves."""


class ContentCapturingMode(Enum):
    """Where what users and models say is told: on spans, on log records, on both or on none."""

    NO_CONTENT = "NO_CONTENT"
    EVENT_ONLY = "EVENT_ONLY"
    SPAN_ONLY = "SPAN_ONLY"
    SPAN_AND_EVENT = "SPAN_AND_EVENT"


_ON_SPANS = (ContentCapturingMode.SPAN_ONLY, ContentCapturingMode.SPAN_AND_EVENT)


class TelemetryConfig(BaseModel):
    """Options of one run; what is None stays as the program or the app has it.

    `capture_message_content` says whether spans hold what is said. There are no log records with
    content here: `EVENT_ONLY` means none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    capture_message_content: ContentCapturingMode | None = None

    def captures_content(self, default: bool) -> bool:
        """Tells whether spans of the run hold content; `default` is what the app has chosen."""
        if self.capture_message_content is None or _may_not_choose():
            return default
        return self.capture_message_content in _ON_SPANS


def _may_not_choose() -> bool:
    return os.environ.get(IGNORE_RUN_CONFIG, "").strip().lower() in ("1", "true")
