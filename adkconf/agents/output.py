"""An agent's answer as data: checked against its schema, written to the state."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from adkconf.agents.invocation_context import InvocationContext
from adkconf.agents.json_schema import misfit
from adkconf.errors import ModelError
from adkconf.events.event import Event


@dataclass
class OutputCollector:
    """Follows one turn of one agent and writes its answer under `output_key`.

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
            output = parse_output(self.agent_name, self.output_schema, text)
            event.actions.state_delta[self.output_key] = output


def note_answer(ctx: InvocationContext, event: Event, output_schema: Any) -> bool:
    """Marks the event of an agent's last word as the output, and tells whether it is that.

    What sub-agents that are called as tools say is not.

    Raises:
        ModelError: the answer is not JSON of the schema.
    """
    content = event.content
    if event.isolation_scope != ctx.isolation_scope or (event.branch or ctx.branch) != ctx.branch:
        return False
    if content is None or content.role != "model" or event.partial or event.get_function_calls():
        return False
    if output_schema is None:
        event.node_info.message_as_output = True
        return True
    if text := "".join(p.text for p in content.parts or () if p.text and not p.thought):
        event.output = parse_output(ctx.agent.name, output_schema, text)
    return True


def parse_output(agent_name: str, output_schema: Any, text: str) -> Any:
    """Returns the data in an answer.

    Raises:
        ModelError: the text is not JSON of the schema.
    """
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise _misfit(agent_name, "", "it is not JSON") from error
    return check_output(agent_name, output_schema, answer)


def check_output(agent_name: str, output_schema: Any, answer: Any) -> Any:
    """Returns the answer as plain data.

    Raises:
        ModelError: it does not fit the schema.
    """
    if isinstance(output_schema, dict):
        if (what := misfit(output_schema, answer)) is not None:
            raise _misfit(agent_name, "", what)
        return answer
    adapter: TypeAdapter[Any] = TypeAdapter(output_schema)
    try:
        value = adapter.validate_python(answer)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(step) for step in problem["loc"])
        raise _misfit(agent_name, where, problem["msg"]) from error
    return adapter.dump_python(value, mode="json", exclude_none=isinstance(value, BaseModel))


def json_schema_of(output_schema: Any) -> dict[str, Any]:
    """Returns an output schema as JSON schema."""
    if isinstance(output_schema, dict):
        return output_schema
    return TypeAdapter(output_schema).json_schema()


def _misfit(agent_name: str, where: str, what: str) -> ModelError:
    place = f"{where}: " if where else ""
    return ModelError(
        f"agent {agent_name!r} did not answer in its output_schema: {place}{what}",
        code="INVALID_OUTPUT",
    )
