"""How an agent in mode `task` ends its task."""

from __future__ import annotations

from typing import Any

from google.genai import types
from pydantic import BaseModel, ConfigDict

from adkconf.agents.context import Context
from adkconf.agents.output import check_output, json_schema_of
from adkconf.errors import ModelError
from adkconf.events.event import Event
from adkconf.models.llm_request import LlmRequest
from adkconf.tools.base_tool import BaseTool

FINISH_TASK = "finish_task"

# google-adk reads it in the log: it closes the task there, too.
_DONE = "Task completed."
_WRAPPER = "result"
_RULE = (
    "You were given a task. Do all of it with your tools first, and ask the user about what is "
    "unclear. Only when everything is done, call finish_task, alone and without any text."
)
_TOO_EARLY = (
    "finish_task has no effect beside a task for another agent. Call it alone, when you have the "
    "other agent's result."
)


class _Summary(BaseModel):
    """What a task without an output schema ends with."""

    model_config = ConfigDict(extra="forbid")

    result: str


class FinishTaskTool(BaseTool):
    """Takes the task's result as its arguments, checked against the agent's output schema.

    Without a schema the result is `{"result": text}`. A schema that is no object stands under the
    parameter `result`.
    """

    def __init__(self, agent_name: str, output_schema: Any = None) -> None:
        super().__init__(
            name=FINISH_TASK, description="Ends your task. The arguments are its result."
        )
        self._agent_name = agent_name
        self._output_schema = output_schema if output_schema is not None else _Summary
        schema = json_schema_of(self._output_schema)
        self._wrapped = schema.get("type") != "object"
        if self._wrapped:
            schema = dict(schema)
            definitions = schema.pop("$defs", None)
            schema = {"type": "object", "properties": {_WRAPPER: schema}, "required": [_WRAPPER]}
            if definitions:
                schema["$defs"] = definitions
        self._declaration = types.FunctionDeclaration(
            name=self.name, description=self.description, parameters_json_schema=schema
        )

    def _get_declaration(self) -> types.FunctionDeclaration | None:
        return self._declaration

    async def process_llm_request(self, *, tool_context: Context, llm_request: LlmRequest) -> None:
        """Adds the tool, and when to call it."""
        await super().process_llm_request(tool_context=tool_context, llm_request=llm_request)
        llm_request.append_instructions([_RULE])

    async def run_async(self, *, args: dict[str, Any], tool_context: Context) -> Any:
        """Checks the result; one that does not fit is told to the model, which can try again."""
        try:
            check_output(self._agent_name, self._output_schema, self.result_of(args))
        except ModelError as error:
            return {"error": str(error)}
        return _DONE

    def result_of(self, args: dict[str, Any]) -> Any:
        """Returns the result in the arguments of a call."""
        return args.get(_WRAPPER) if self._wrapped else args


def is_task_end(event: Event) -> bool:
    """Tells whether a task ended with this event."""
    return any(
        answer.name == FINISH_TASK and (answer.response or {}).get("result") == _DONE
        for answer in event.get_function_responses()
    )


def refuse_end(event: Event) -> None:
    """Turns the end of a task, in the answers of a step, into one that came too early."""
    for answer in event.get_function_responses():
        if answer.name == FINISH_TASK:
            answer.response = {"error": _TOO_EARLY}
