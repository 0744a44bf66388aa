"""An agent's answer, written to the state under its `output_key`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from adkconf.errors import ModelError
from adkconf.events.event import Event


@dataclass
class OutputCollector:
    """Follows one turn of one agent.

    Without a schema every text the agent says in the turn counts, also beside a tool call; with
    one, only the final answer, checked and as data.
    """

    agent_name: str
    output_key: str | None
    output_schema: Any
    _said: str = ""

    def collect(self, event: Event) -> None:
        """Adds the output to the event's state change.

        Raises:
            ModelError: the answer is not JSON of the schema.
        """
        if self.output_key is None or event.author != self.agent_name or event.partial:
            return
        parts = (event.content.parts if event.content else None) or ()
        text = "".join(part.text for part in parts if part.text and not part.thought)
        if not text.strip():
            return
        if self.output_schema is None:
            self._said += text
            event.actions.state_delta[self.output_key] = self._said
        elif event.is_final_response():
            event.actions.state_delta[self.output_key] = parse_output(
                self.agent_name, self.output_schema, text
            )


def parse_output(agent_name: str, output_schema: Any, text: str) -> Any:
    """Returns the data in an answer.

    Raises:
        ModelError: the text is not JSON of the schema.
    """
    shape = Any if isinstance(output_schema, dict) else output_schema
    adapter: TypeAdapter[Any] = TypeAdapter(shape)
    try:
        value = adapter.validate_json(text)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(step) for step in problem["loc"])
        raise ModelError(
            f"agent {agent_name!r} did not answer in its output_schema: "
            f"{f'{where}: ' if where else ''}{problem['msg']}",
            code="INVALID_OUTPUT",
        ) from error
    return adapter.dump_python(value, mode="json", exclude_none=isinstance(value, BaseModel))
