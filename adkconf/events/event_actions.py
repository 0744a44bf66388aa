"""What an event does besides carrying content."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from adkconf.auth.auth_tool import AuthConfig
from adkconf.events.ui_widget import UiWidget
from adkconf.models.genai_types import types
from adkconf.tools.tool_confirmation import ToolConfirmation

_CONFIG = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class EventCompaction(BaseModel):
    """A summary standing for the events between two timestamps (Unix seconds, both included)."""

    model_config = _CONFIG

    start_timestamp: float
    end_timestamp: float
    compacted_content: types.Content


class EventActions(BaseModel):
    """Field by field the same as google-adk's, so that stored events are readable by both.

    `state_delta` maps keys (with their `app:`/`user:`/`temp:` prefix) to new values,
    `artifact_delta` file names to versions. `agent_state` and `end_of_agent` are the checkpoints
    that resuming reads. `route` picks edges of a workflow.
    """

    model_config = _CONFIG

    skip_summarization: bool | None = None
    state_delta: dict[str, Any] = Field(default_factory=dict)
    artifact_delta: dict[str, int] = Field(default_factory=dict)
    transfer_to_agent: str | None = None
    transfer_reason: str | None = None
    escalate: bool | None = None
    requested_auth_configs: dict[str, AuthConfig] = Field(default_factory=dict)
    requested_tool_confirmations: dict[str, ToolConfirmation] = Field(default_factory=dict)
    compaction: EventCompaction | None = None
    end_of_agent: bool | None = None
    agent_state: dict[str, Any] | None = None
    rewind_before_invocation_id: str | None = None
    route: bool | int | str | list[bool | int | str] | None = None
    render_ui_widgets: list[UiWidget] | None = None
    set_model_response: Any = None
