"""How one run behaves."""

from __future__ import annotations

import sys
import warnings
from enum import Enum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from adkconf.agents.live_options import LiveOptions
from adkconf.models.genai_types import types
from adkconf.sessions.base_session_service import GetSessionConfig
from adkconf.telemetry.context import TelemetryConfig

_DEFERRED = "deferred"


class StreamingMode(Enum):
    """`NONE`: whole answers. `SSE`: fragments, then the whole answer. `BIDI`: live, both ways."""

    NONE = None
    SSE = "sse"
    BIDI = "bidi"


class ToolThreadPoolConfig(BaseModel):
    """Runs synchronous tools in threads, so that a slow one does not hold up other runs."""

    model_config = ConfigDict(extra="forbid")

    max_workers: int = Field(default=4, ge=1)


class RunConfig(LiveOptions):
    """Options of one run; google-adk's names and defaults.

    `max_llm_calls` is a hard cap for the run, 0 or less removes it. A run that takes longer than
    `timeout_seconds`, counted from when it has the session, is cancelled and ends with an error
    event; google-adk has no such limit, and live conversations take none. `get_session_config`
    limits the events that are loaded. `custom_metadata` is merged into every event of the run, the
    event's own keys winning. `http_options`, `labels` and `service_tier` (`flex`, `standard`,
    `priority`, or what else the service offers) go to the model with each request. `telemetry`
    says what traces of the run hold.
    `model_input_context` is shown to models before the user's message and not stored.
    `include_thoughts_from_other_agents` shows agents what the others thought.
    `save_input_blobs_as_artifacts` stores files of the user's message as artifacts; it is
    deprecated, SaveFilesAsArtifactsPlugin does it better. `save_live_blob` stores the sound of
    live conversations as artifacts; `save_live_audio` is its deprecated name. The streaming mode
    counts for `run_async`: `run_live` always goes both ways. With `support_cfc` the Live API
    serves `run_async` too, for models that compose function calls.
    """

    model_config = ConfigDict(extra="forbid")

    streaming_mode: StreamingMode = StreamingMode.NONE
    max_llm_calls: int = 500
    timeout_seconds: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    get_session_config: GetSessionConfig | None = None
    custom_metadata: dict[str, Any] | None = None
    http_options: types.HttpOptions | None = None
    labels: dict[str, str] | None = None
    service_tier: str | None = None
    telemetry: TelemetryConfig | None = None
    tool_thread_pool_config: ToolThreadPoolConfig | None = None
    model_input_context: list[types.Content] | None = None
    include_thoughts_from_other_agents: bool = False
    save_input_blobs_as_artifacts: bool = False
    support_cfc: bool = False
    save_live_blob: bool = False
    save_live_audio: bool = False

    @model_validator(mode="after")
    def _can_be_streamed(self) -> Self:
        if self.service_tier == _DEFERRED and self.streaming_mode is StreamingMode.SSE:
            raise ValueError(
                "service_tier 'deferred' cannot be streamed: the answer comes when there is room; "
                "leave one of them out"
            )
        return self

    @field_validator("max_llm_calls")
    @classmethod
    def _not_endless(cls, value: int) -> int:
        if value >= sys.maxsize:
            raise ValueError(f"max_llm_calls must be less than {sys.maxsize}; 0 means no limit")
        return value

    @field_validator("save_input_blobs_as_artifacts")
    @classmethod
    def _has_a_successor(cls, value: bool) -> bool:
        if value:
            warnings.warn(
                "save_input_blobs_as_artifacts is deprecated; put SaveFilesAsArtifactsPlugin() "
                "into the app's plugins instead",
                DeprecationWarning,
                stacklevel=2,
            )
        return value

    @model_validator(mode="before")
    @classmethod
    def _renamed(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "save_live_audio" not in data:
            return data
        warnings.warn(
            "save_live_audio is deprecated; set save_live_blob instead",
            DeprecationWarning,
            stacklevel=2,
        )
        return {"save_live_blob": data["save_live_audio"], **data}
