"""What an agent is given when it is called as a tool."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from adkconf.agents.json_schema import data_type

_REQUEST = {
    "type": "object",
    "properties": {"request": {"type": "string", "description": "What the agent is asked."}},
    "required": ["request"],
}


class AgentInput:
    """Arguments in the agent's `input_schema`; without one, a text named `request`."""

    def __init__(self, agent_name: str, input_schema: Any) -> None:
        self._agent_name = agent_name
        self._schema = input_schema

    @property
    def parameters(self) -> dict[str, Any]:
        """The arguments as JSON schema."""
        return self._expected.json_schema() if self._schema is not None else _REQUEST

    @property
    def _expected(self) -> TypeAdapter[Any]:
        schema = self._schema
        return TypeAdapter(data_type(schema) if isinstance(schema, dict) else schema)

    def prompt(self, args: dict[str, Any]) -> str:
        """Returns the arguments as what the agent is asked.

        Raises:
            ValueError: they do not fit.
        """
        try:
            if self._schema is None:
                return str(args["request"])
            expected = self._expected
            checked = expected.validate_python(args)
            return expected.dump_json(checked, exclude_none=True).decode()
        except (KeyError, ValidationError) as error:
            raise ValueError(
                f"{self._agent_name} was not called: its arguments do not fit ({error})"
            ) from error
