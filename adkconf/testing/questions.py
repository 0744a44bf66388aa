"""What an app waits for, and the user's answers to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from google.genai import types

from adkconf.config.located import bare
from adkconf.config.spec.conversation import AnswerSpec, ConfirmSpec
from adkconf.events.event import Event
from adkconf.flows.confirmation import REQUEST_CONFIRMATION
from adkconf.flows.credentials import REQUEST_CREDENTIAL


class NothingWaitsError(Exception):
    """The user answers what nobody has asked; `waiting` are the tools that have."""

    def __init__(self, message: str, waiting: Iterable[str]) -> None:
        super().__init__(message)
        self.waiting = tuple(waiting)


@dataclass(frozen=True)
class Question:
    """A call that waits: `function` is what was called, `tool` the tool that it is about."""

    id: str
    function: str
    tool: str
    args: dict[str, Any]


class Questions:
    """The questions of one conversation that have no answer yet, in their order."""

    def __init__(self) -> None:
        self._open: dict[str, Question] = {}
        self._tools: dict[str, str] = {}

    @property
    def waiting(self) -> tuple[str, ...]:
        """The tools whose answer is waited for."""
        return tuple(question.tool for question in self._open.values())

    def note(self, event: Event) -> None:
        """Takes what an event asks."""
        for call in event.get_function_calls():
            function, args = call.name or "", call.args or {}
            self._tools[call.id or ""] = function
            if call.id and call.id in (event.long_running_tool_ids or ()):
                tool = self._tool(function, args)
                self._open[call.id] = Question(call.id, function, tool, args)

    def confirm(self, spec: ConfirmSpec) -> list[types.Part]:
        """Returns the answer to the confirmations that a tool, or any, waits for.

        Raises:
            NothingWaitsError: there is none.
        """
        asked = [
            question
            for question in self._open.values()
            if question.function == REQUEST_CONFIRMATION and spec.name in (None, question.tool)
        ]
        if not asked:
            tool = repr(spec.name) if spec.name else "tool"
            raise NothingWaitsError(f"no {tool} waits for a confirmation", self.waiting)
        response = {"confirmed": spec.confirmed}
        if spec.payload is not None:
            response["payload"] = bare(spec.payload)
        return [self._answered(question, response) for question in asked]

    def answer(self, answers: Iterable[AnswerSpec]) -> Iterator[types.Part]:
        """Yields the answers to calls.

        Raises:
            NothingWaitsError: no call waits for one of them.
        """
        for spec in answers:
            found = next((item for item in self._open.values() if _is_for(spec, item)), None)
            if found is None:
                raise NothingWaitsError(f"{spec.name!r} waits for no answer", self.waiting)
            yield self._answered(found, _response(spec, found))

    def _answered(self, question: Question, response: dict[str, Any]) -> types.Part:
        del self._open[question.id]
        answer = types.FunctionResponse(id=question.id, name=question.function, response=response)
        return types.Part(function_response=answer)

    def _tool(self, function: str, args: dict[str, Any]) -> str:
        if function == REQUEST_CONFIRMATION:
            return str(args.get("originalFunctionCall", {}).get("name", function))
        if function == REQUEST_CREDENTIAL:
            return self._tools.get(str(args.get("functionCallId")), function)
        return function


def _is_for(spec: AnswerSpec, question: Question) -> bool:
    return spec.name in (question.id, question.tool, question.function)


def _response(spec: AnswerSpec, question: Question) -> dict[str, Any]:
    response = bare(spec.response)
    if not isinstance(response, dict):
        return {"result": response}
    if question.function == REQUEST_CREDENTIAL:
        return _filled_in(question.args.get("authConfig", {}), response)
    return response


def _filled_in(form: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Returns a form with the values in it."""
    filled = dict(form)
    for key, value in values.items():
        below = form.get(key)
        nested = isinstance(below, dict) and isinstance(value, dict)
        filled[key] = _filled_in(dict(below or {}), value) if nested else value
    return filled
