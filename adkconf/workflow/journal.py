"""What the session's events tell of nodes that ran earlier in this run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError, create_model

from adkconf.agents.node_run import Route
from adkconf.errors import WorkflowDataError
from adkconf.events.event import Event
from adkconf.workflow.data import text_of

_TYPES: dict[Any, Any] = {
    "array": list,
    "boolean": bool,
    "integer": int,
    "number": float,
    "object": dict,
    "string": str,
}


@dataclass
class Record:
    """One run of one node, as far as it came.

    `position` is that of its last event, or of its result, for bringing runs into their order.
    `asked` maps the ids of what the node, or one below it, asked to the schema of the answer.
    """

    position: int = -1
    output: Any = None
    route: Route = None
    failed: bool = False
    finished: bool = False
    asked: dict[str, Any] = field(default_factory=dict)
    answered: dict[str, Any] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether an answer is missing."""
        return bool(self.unanswered)

    @property
    def unanswered(self) -> frozenset[str]:
        """The ids of what was not answered."""
        return frozenset(self.asked) - frozenset(self.answered)

    def answers(self) -> dict[str, Any]:
        """Returns the answers that came, checked.

        Raises:
            WorkflowDataError: one does not fit what the node asked for.
        """
        return {
            question: _checked(question, answer, self.asked.get(question))
            for question, answer in self.answered.items()
        }


class Journal:
    """Reads the events of the node at `root` and of those below it, as they are stored.

    `events` only grows; those before `since` belong to other runs.
    """

    def __init__(self, events: list[Event], invocation_id: str, root: str, since: int) -> None:
        self._events = events
        self._invocation_id = invocation_id
        self._root = root
        self._read = since
        self._records: dict[str, Record] = {}
        self._askers: dict[str, list[str]] = {}

    def record(self, path: str) -> Record | None:
        """Returns what is known of the run of a node; None when it did nothing that shows."""
        while self._read < len(self._events):
            event = self._events[self._read]
            if event.invocation_id == self._invocation_id:
                self._note(event, self._read)
            self._read += 1
        return self._records.get(path)

    def _note(self, event: Event, position: int) -> None:
        if event.author == "user":
            for response in event.get_function_responses():
                self._note_answer(str(response.id), response.response)
            return
        path = event.node_info.path
        if event.actions.end_of_agent and path == self._root:
            # It ended; what follows is the next round of a loop around it.
            self._records.clear()
        elif f"{path}/".startswith(f"{self._root}/") and event.actions.agent_state is None:
            self._note_result(path, event, position)
            for asked, schema in _questions(event).items():
                self._note_question(path, asked, schema)

    def _note_result(self, path: str, event: Event, position: int) -> None:
        info = event.node_info
        output = event.output
        if output is None and info.message_as_output and event.content is not None:
            output = text_of(event.content)
        for at in {path, *(info.output_for or ())}:
            record = self._records.setdefault(at, Record())
            # A result that is shown again, after an interrupt, keeps its place.
            if record.output is None and record.route is None:
                record.position = position
            record.output = output if output is not None else record.output
            if event.actions.route is not None:
                record.route = event.actions.route
            record.failed = event.error_code is not None and output is None
            record.finished = not (
                record.failed
                or event.long_running_tool_ids
                or event.get_function_calls()
                or event.get_function_responses()
            )

    def _note_question(self, path: str, asked: str, schema: Any) -> None:
        steps = path.split("/")
        askers = ["/".join(steps[: n + 1]) for n in range(len(steps))]
        self._askers[asked] = askers
        for asker in askers:
            record = self._records.setdefault(asker, Record())
            record.asked[asked] = schema
            record.answered.pop(asked, None)

    def _note_answer(self, asked: str, answer: Any) -> None:
        for asker in self._askers.get(asked, ()):
            record = self._records[asker]
            record.answered[asked] = _unwrapped(answer)
            # It stopped to ask, so what it said before was not its result.
            record.output = None
            record.finished = False


def _questions(event: Event) -> dict[str, Any]:
    calls = {str(call.id): call.args or {} for call in event.get_function_calls()}
    ids = event.long_running_tool_ids or ()
    return {asked: calls.get(asked, {}).get("response_schema") for asked in ids}


def _unwrapped(answer: Any) -> Any:
    """Returns the value of `{"result": value}`; text in it may be JSON, as front-ends send it."""
    if not isinstance(answer, dict) or set(answer) != {"result"}:
        return answer
    value = answer["result"]
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _checked(question: str, answer: Any, schema: Any) -> Any:
    if not isinstance(schema, dict) or (shape := _shape(schema)) is None:
        return answer
    try:
        value = TypeAdapter(shape).validate_python(answer)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(step) for step in problem["loc"])
        raise WorkflowDataError(
            f"the answer to {question!r} does not fit what was asked for: "
            f"{f'{where}: ' if where else ''}{problem['msg']}; answer again"
        ) from error
    return value.model_dump() if "properties" in schema else value


def _shape(schema: dict[str, Any]) -> Any:
    """Returns a type for the outermost level of a JSON schema; None for what has no type."""
    kind = schema.get("type")
    if kind != "object" or "properties" not in schema:
        return _TYPES.get(kind) if isinstance(kind, str) else None
    fields: dict[str, Any] = {}
    for name, described in schema["properties"].items():
        inner = _TYPES.get(described.get("type"), Any)
        required = name in schema.get("required", ())
        fields[name] = (inner, ...) if required else (inner | None, None)
    return create_model("Answer", **fields)
