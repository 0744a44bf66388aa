"""A question of a workflow to a person."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from google.genai import types
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

from adkconf.events.event import Event

REQUEST_INPUT = "adk_request_input"


class RequestInput(BaseModel):
    """Yield it from a node to stop there until the answer comes.

    The client gets a function call `adk_request_input` with the `message` and the `payload`, and
    answers with a function response of the same id: `{"result": value}`, or a dict. The answer
    must fit `response_schema`: a type, a pydantic model or a JSON schema.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
    )

    interrupt_id: str = Field(default_factory=lambda: str(uuid4()))
    payload: Any = None
    message: str | None = None
    response_schema: Any = None

    def as_event(self) -> Event:
        """Returns the event that asks."""
        args = self.model_dump(mode="json", exclude={"response_schema"}, by_alias=True)
        args["response_schema"] = _json_schema(self.response_schema)
        call = types.FunctionCall(name=REQUEST_INPUT, id=self.interrupt_id, args=args)
        return Event(
            content=types.Content(role="model", parts=[types.Part(function_call=call)]),
            long_running_tool_ids={self.interrupt_id},
        )


def _json_schema(schema: Any) -> dict[str, Any] | None:
    if schema is None or isinstance(schema, dict):
        return schema
    return TypeAdapter(schema).json_schema()
