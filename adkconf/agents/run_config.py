"""How one run behaves."""

from __future__ import annotations

import sys
import warnings
from enum import Enum
from typing import Any, Self

from google.genai import types
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from adkconf.sessions.base_session_service import GetSessionConfig


class StreamingMode(Enum):
    """`NONE`: whole answers. `SSE`: fragments, then the whole answer. `BIDI`: live, both ways."""

    NONE = None
    SSE = "sse"
    BIDI = "bidi"


class ToolThreadPoolConfig(BaseModel):
    """Runs synchronous tools in threads, so that a slow one does not hold up other runs."""

    model_config = ConfigDict(extra="forbid")

    max_workers: int = Field(default=4, ge=1)


class RunConfig(BaseModel):
    """Options of one run; google-adk's names and defaults.

    `max_llm_calls` is a hard cap for the run, 0 or less removes it. `get_session_config` limits
    the events that are loaded. `custom_metadata` is merged into every event of the run, the
    event's own keys winning. `http_options` and `labels` go to the model with each request.
    `model_input_context` is shown to models before the user's message and not stored.
    `include_thoughts_from_other_agents` shows agents what the others thought.
    `save_input_blobs_as_artifacts` stores files of the user's message as artifacts; it is
    deprecated, SaveFilesAsArtifactsPlugin does it better.
    """

    model_config = ConfigDict(extra="forbid")

    streaming_mode: StreamingMode = StreamingMode.NONE
    max_llm_calls: int = 500
    get_session_config: GetSessionConfig | None = None
    custom_metadata: dict[str, Any] | None = None
    http_options: types.HttpOptions | None = None
    labels: dict[str, str] | None = None
    tool_thread_pool_config: ToolThreadPoolConfig | None = None
    model_input_context: list[types.Content] | None = None
    include_thoughts_from_other_agents: bool = False
    save_input_blobs_as_artifacts: bool = False

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

    @model_validator(mode="after")
    def _no_live_mode_yet(self) -> Self:
        if self.streaming_mode is StreamingMode.BIDI:
            raise ValueError("streaming_mode BIDI needs run_live, which this version does not have")
        return self
