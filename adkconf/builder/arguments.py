"""Checks the arguments of a component against what it is called with."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_type_hints

from pydantic import BaseModel, PydanticUserError, TypeAdapter, ValidationError

from adkconf.builder.problems import WRONG_ARGUMENT, Fault
from adkconf.config.located import Step
from adkconf.config.suggestion import did_you_mean

_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def first_parameter(target: Callable[..., Any]) -> str:
    """Returns the name of the parameter that a single value is meant for.

    Raises:
        Fault: there is none.
    """
    for parameter in _parameters(target) or ():
        if parameter.kind in _NAMED:
            return parameter.name
    raise Fault(WRONG_ARGUMENT, f"{_name(target)} takes no value; write only its name")


def misfits(target: Callable[..., Any], args: Mapping[str, Any]) -> list[Fault]:
    """Returns what is wrong with arguments, before anything is called.

    `steps` of the faults lead from the arguments.
    """
    parameters = _parameters(target)
    if parameters is None:
        return []
    return [*_unknown(target, parameters, args), *_missing(target, parameters, args)]


def convert(target: Callable[..., Any], args: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the arguments in the types that the target declares, such as paths and enums.

    A type that says nothing about plain data is left to the target.

    Raises:
        Fault: a value does not fit its type.
    """
    hints = _hints(target)
    converted = dict(args)
    for name in args.keys() & hints.keys():
        adapter = _adapter(hints[name])
        if adapter is None:
            continue
        try:
            converted[name] = adapter.validate_python(args[name])
        except ValidationError as error:
            raise value_fault(error, (name,)) from error
    return converted


def bundle_of(target: Callable[..., Any]) -> type[Any] | None:
    """Returns the type of a function's only parameter if it takes all arguments in one.

    That is google-adk's way to call what makes a tool: with a ToolArgsConfig.
    """
    parameters = _parameters(target) or []
    if inspect.isclass(target) or len(parameters) != 1:
        return None
    hint = _hints(target).get(parameters[0].name)
    return hint if inspect.isclass(hint) and hint.__name__ == "ToolArgsConfig" else None


def value_fault(error: ValidationError, prefix: tuple[Step, ...] = ()) -> Fault:
    """Makes a fault of the first thing that is wrong with a value."""
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    steps = (*prefix, *problem["loc"])
    path = ".".join(str(step) for step in steps)
    message = problem["msg"].removeprefix("Value error, ")
    return Fault(WRONG_ARGUMENT, f"{path}: {message}" if path else message, steps=steps)


def _unknown(
    target: Callable[..., Any], parameters: list[inspect.Parameter], args: Mapping[str, Any]
) -> Iterator[Fault]:
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return
    known = [parameter.name for parameter in parameters if parameter.kind in _NAMED]
    for name in args.keys() - set(known):
        takes = f"it takes {', '.join(known)}" if known else "it takes no arguments"
        yield Fault(
            WRONG_ARGUMENT,
            f"{_name(target)} has no argument {name!r}",
            hint=did_you_mean(name, known) or takes,
            steps=(name,),
        )


def _missing(
    target: Callable[..., Any], parameters: list[inspect.Parameter], args: Mapping[str, Any]
) -> Iterator[Fault]:
    for parameter in parameters:
        needed = parameter.kind in _NAMED and parameter.default is parameter.empty
        if needed and parameter.name not in args:
            yield Fault(WRONG_ARGUMENT, f"{_name(target)} needs the argument {parameter.name!r}")


def _parameters(target: Callable[..., Any]) -> list[inspect.Parameter] | None:
    try:
        if inspect.isclass(target) and issubclass(target, BaseModel):
            # The signature that pydantic makes has only fields, whatever else the class takes.
            own = list(inspect.signature(target.__init__).parameters.values())[1:]
            if len(own) > 1 and own[-1].kind is inspect.Parameter.VAR_KEYWORD:
                return own
        return list(inspect.signature(target).parameters.values())
    except (TypeError, ValueError):  # some built-in types do not tell
        return None


def _hints(target: Callable[..., Any]) -> dict[str, Any]:
    function = target.__init__ if inspect.isclass(target) else target
    try:
        return get_type_hints(function, include_extras=True)
    except (AttributeError, NameError, TypeError):  # hints that cannot be read say nothing
        return {}


def _adapter(hint: Any) -> TypeAdapter[Any] | None:
    try:
        return TypeAdapter(hint)
    except (PydanticUserError, NameError):
        return None


def _name(target: Callable[..., Any]) -> str:
    return getattr(target, "__name__", type(target).__name__)
