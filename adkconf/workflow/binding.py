"""A function's parameters, and where their values come from in a workflow."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

from google.genai import types
from pydantic import BaseModel, PydanticSchemaGenerationError, TypeAdapter

from adkconf.agents.context import Context
from adkconf.errors import WorkflowDataError
from adkconf.events.event import Event
from adkconf.events.request_input import RequestInput
from adkconf.workflow.data import unwrap

ParameterBinding = Literal["state", "node_input"]
INPUT = "node_input"

_GENERATORS = (Generator, AsyncGenerator)
_NO_SCHEMA = (types.Content, Event, RequestInput)
_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


@dataclass(frozen=True)
class Binding:
    """A function as a node sees it, read once.

    A parameter called `ctx`, or annotated with `Context`, gets the context and `node_input` the
    node's input. All others come from the state, or with `source="node_input"` from the input's
    keys.
    """

    function_name: str
    parameters: Mapping[str, inspect.Parameter]
    hints: Mapping[str, Any]
    context_parameter: str | None
    source: ParameterBinding

    @classmethod
    def of(cls, func: Callable[..., Any], name: str, source: ParameterBinding) -> Binding:
        """Reads a function, method or callable object."""
        target = func if inspect.isroutine(func) else type(func).__call__
        target = getattr(func, "func", target)  # what functools.partial wraps
        hints = get_type_hints(target, include_extras=True)
        parameters = {
            item.name: item
            for item in inspect.signature(func).parameters.values()
            if item.kind not in _VARIABLE
        }
        context = next((n for n in parameters if n == "ctx" or _is_context(hints.get(n))), None)
        return cls(name, parameters, hints, context, source)

    @property
    def state_keys(self) -> list[str]:
        """The parameters that are read from the state."""
        if self.source != "state":
            return []
        return [n for n in self.parameters if n not in (self.context_parameter, INPUT)]

    def arguments(self, ctx: Context, node_input: Any) -> dict[str, Any]:
        """Returns the arguments of a call, in the parameters' types.

        Raises:
            WorkflowDataError: there is no value for a parameter.
            pydantic.ValidationError: a value does not fit.
        """
        source = ctx.state if self.source == "state" else _keys_of(node_input)
        arguments: dict[str, Any] = {}
        for name, parameter in self.parameters.items():
            if name == self.context_parameter:
                arguments[name] = ctx
            elif name == INPUT and self.source == "state":
                arguments[name] = self._convert(name, node_input)
            elif name in source:
                arguments[name] = self._convert(name, source[name])
            elif parameter.default is parameter.empty:
                raise WorkflowDataError(
                    f"node {self.function_name!r} needs a value for its parameter {name!r}, but "
                    f"the {'state' if self.source == 'state' else 'input'} has none; write it "
                    "there before, or give the parameter a default"
                )
        return arguments

    def input_schema(self) -> Any:
        """Returns the pydantic model that the input must be, if the function says so."""
        return _model(self.hints.get(INPUT)) if self.source == "state" else None

    def output_schema(self) -> Any:
        """Returns the pydantic model that the function returns or yields, if it says so."""
        hint = self.hints.get("return")
        if get_origin(hint) in _GENERATORS:
            hint = (get_args(hint) or (None,))[0]
        return _model(hint)

    def _convert(self, name: str, value: Any) -> Any:
        if (hint := self.hints.get(name)) is None:
            return value
        try:
            adapter: TypeAdapter[Any] = TypeAdapter(hint)
        except PydanticSchemaGenerationError:
            return value
        return adapter.validate_python(unwrap(value, hint))


def _keys_of(node_input: Any) -> Mapping[str, Any]:
    if isinstance(node_input, BaseModel) and not isinstance(node_input, types.Content):
        return dict(node_input)
    return node_input if isinstance(node_input, dict) else {}


def _is_context(hint: Any) -> bool:
    return any(
        inspect.isclass(item) and issubclass(item, Context) for item in (hint, *get_args(hint))
    )


def _model(hint: Any) -> Any:
    fits = inspect.isclass(hint) and issubclass(hint, BaseModel)
    return hint if fits and not issubclass(hint, _NO_SCHEMA) else None
