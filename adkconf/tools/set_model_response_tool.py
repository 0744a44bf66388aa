"""The answer of an agent that has both tools and an output schema."""

from __future__ import annotations

from typing import Any

from google.genai import types

from adkconf.agents.context import Context
from adkconf.agents.output import check_output, json_schema_of
from adkconf.errors import ModelError
from adkconf.tools.base_tool import BaseTool


class SetModelResponseTool(BaseTool):
    """Takes the final answer as its arguments.

    Models accept either tools or a response schema; with this tool the schema becomes one more
    tool's parameters. A schema that is no object stands under the parameter `response`.
    """

    def __init__(self, agent_name: str, output_schema: Any) -> None:
        super().__init__(
            name="set_model_response",
            description="Gives the final answer. Call it once, when everything else is done.",
        )
        self._agent_name = agent_name
        self._output_schema = output_schema
        schema = json_schema_of(output_schema)
        self._wrapped = schema.get("type") != "object"
        if self._wrapped:
            schema = {
                "type": "object",
                "properties": {"response": schema},
                "required": ["response"],
            }
        self._declaration = types.FunctionDeclaration(
            name=self.name, description=self.description, parameters_json_schema=schema
        )

    def _get_declaration(self) -> types.FunctionDeclaration | None:
        return self._declaration

    async def run_async(self, *, args: dict[str, Any], tool_context: Context) -> Any:
        """Checks the answer; one that does not fit is told to the model, which can try again."""
        answer = args.get("response") if self._wrapped else args
        try:
            value = check_output(self._agent_name, self._output_schema, answer)
        except ModelError as error:
            return {"error": str(error)}
        tool_context.actions.set_model_response = value
        return "The answer is set."
