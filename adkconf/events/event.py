"""One entry of a session's log."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

from google.genai import types
from pydantic import BaseModel, ConfigDict, Field, field_serializer, model_validator
from pydantic.alias_generators import to_camel

from adkconf.events.event_actions import EventActions
from adkconf.models.llm_response import LlmResponse


class NodeInfo(BaseModel):
    """Where in the agent tree an event was made: `root@1/child@1`."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)

    path: str = ""
    output_for: list[str] | None = None
    message_as_output: bool | None = None

    @property
    def name(self) -> str:
        """The node's name, without its run number."""
        return self.path.rpartition("/")[2].partition("@")[0]

    @property
    def run_id(self) -> str:
        """The run number of the last path element, or an empty string."""
        return self.path.rpartition("/")[2].partition("@")[2]


class Event(LlmResponse):
    """A model answer, a user message, a tool result or a state change, with its author.

    `timestamp` is in Unix seconds; a session service makes it strictly greater than the one
    before when it stores the event, so that it is also the order. `id` is made when absent.
    `branch` (`agent_1.agent_2`) and `isolation_scope` limit which agents see the event.
    """

    # Unlike google-adk's requests, stored events of newer versions may carry keys unknown here.
    model_config = ConfigDict(
        extra="ignore",
        alias_generator=to_camel,
        populate_by_name=True,
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )

    invocation_id: str = ""
    author: str = ""
    actions: EventActions = Field(default_factory=EventActions)
    output: Any = None
    node_info: NodeInfo = Field(default_factory=NodeInfo)
    long_running_tool_ids: set[str] | None = None
    branch: str | None = None
    isolation_scope: str | None = None
    id: str = ""
    timestamp: float = Field(default_factory=time.time)

    @field_serializer("long_running_tool_ids")
    def _sorted_ids(self, value: set[str] | None) -> list[str] | None:
        return None if value is None else sorted(value)

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        """Accepts `message`, `state`, `route` and `node_path` for the nested fields they mean."""
        if not isinstance(data, dict) or _SHORT_FORMS.isdisjoint(data):
            return data
        data = dict(data)
        if (message := data.pop("message", None)) is not None:
            if data.get("content") is not None:
                raise ValueError("'message' and 'content' are mutually exclusive; use one of them")
            data["content"] = as_content(message)
        actions = {
            field: value
            for short, field in (("state", "state_delta"), ("route", "route"))
            if (value := data.pop(short, None)) is not None
        }
        if actions:
            data["actions"] = _with(data.get("actions"), EventActions, actions)
        if (path := data.pop("node_path", None)) is not None:
            data["node_info"] = _with(data.get("node_info"), NodeInfo, {"path": path})
        return data

    def model_post_init(self, context: Any, /) -> None:
        """Gives the event an id when it came without one."""
        if not self.id:
            self.id = Event.new_id()

    @property
    def message(self) -> types.Content | None:
        """Another name for `content`."""
        return self.content

    @message.setter
    def message(self, value: Any) -> None:
        self.content = None if value is None else as_content(value)

    @property
    def node_name(self) -> str:
        """The name of the node that made the event; empty for checkpoints."""
        if self.actions.agent_state or self.actions.end_of_agent:
            return ""
        return self.node_info.name

    def is_final_response(self) -> bool:
        """Tells whether an agent has nothing to add to this in its turn.

        Several events of one invocation can be final: one per agent that took part.
        """
        if self.actions.skip_summarization or self.long_running_tool_ids:
            return True
        if self.partial or self.get_function_calls():
            return False
        if self.error_code:
            return True
        return not self.get_function_responses() and not self.has_trailing_code_execution_result()

    def has_trailing_code_execution_result(self) -> bool:
        """Tells whether the last part is the result of executed code."""
        parts = self.content.parts if self.content else None
        return bool(parts and parts[-1].code_execution_result is not None)

    @staticmethod
    def new_id() -> str:
        """Returns a fresh event id."""
        return str(uuid4())


_SHORT_FORMS = {"message", "state", "route", "node_path"}


def as_content(message: Any) -> types.Content:
    """Makes a user content of a string, a part, a list of either, or a content."""
    if isinstance(message, types.Content):
        return message
    items = message if isinstance(message, list) else [message]
    parts = [types.Part(text=item) if isinstance(item, str) else item for item in items]
    return types.Content(role="user", parts=parts)


def _with(current: Any, model: type[BaseModel], changes: dict[str, Any]) -> Any:
    """Adds fields to a nested value given as a model, a dict or not at all."""
    if current is None:
        return changes
    if isinstance(current, model):
        return current.model_copy(update=changes)
    return {**current, **changes} if isinstance(current, dict) else current
