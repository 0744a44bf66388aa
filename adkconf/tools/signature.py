"""What a Python function looks like to a model: its parameters as JSON schema, and back."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, get_args, get_type_hints

from docstring_parser import parse as parse_docstring
from google.genai import types
from pydantic import BaseModel, ConfigDict, Field, PydanticSchemaGenerationError, create_model
from pydantic.errors import PydanticInvalidForJsonSchema

from adkconf.agents.context import Context

# Field names get a prefix, because parameters may be called `json`, `schema` or `_x`, which
# pydantic keeps for itself; the alias is the parameter's own name.
_PREFIX = "arg_"
_CONTEXT_NAME = "tool_context"


@dataclass(frozen=True)
class Signature:
    """A function's name, documentation and parameters, read once."""

    name: str
    description: str
    arguments: type[BaseModel]
    context_parameter: str | None
    hidden: frozenset[str]

    def declaration(self) -> types.FunctionDeclaration:
        """Returns what a model is told of the function."""
        schema = _without_titles(self.arguments.model_json_schema())
        return types.FunctionDeclaration(
            name=self.name,
            description=self.description,
            parameters_json_schema=schema if schema.get("properties") else None,
        )

    def missing(self, args: dict[str, Any]) -> list[str]:
        """Returns the names of mandatory parameters that `args` lacks."""
        return [
            str(field.alias)
            for field in self.arguments.model_fields.values()
            if field.is_required() and field.alias not in args
        ]

    def convert(self, args: dict[str, Any]) -> dict[str, Any]:
        """Returns the given arguments in the parameters' types; unknown ones are left out.

        Raises:
            pydantic.ValidationError: a value does not fit.
        """
        values = self.arguments.model_validate(args)
        return {
            str(type(values).model_fields[name].alias): getattr(values, name)
            for name in values.model_fields_set
        }


def read_signature(func: Callable[..., Any], *, hidden: Collection[str] = ()) -> Signature:
    """Reads a function, method or callable object.

    Parameters whose names are in `hidden` are not told to models; those that the function has
    are in the result.

    Raises:
        ValueError: a parameter's type cannot be described to a model.
    """
    target = func if inspect.isroutine(func) or inspect.isclass(func) else type(func).__call__
    name = getattr(func, "__name__", None) or type(func).__name__
    hints = get_type_hints(target, include_extras=True)
    doc = parse_docstring(inspect.getdoc(func) or "")
    about = {item.arg_name: item.description for item in doc.params}
    context_parameter: str | None = None
    fields: dict[str, Any] = {}
    found: set[str] = set()
    for parameter in inspect.signature(func).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.name in hidden:
            found.add(parameter.name)
            continue
        hint = hints.get(parameter.name, Any)
        if parameter.name == _CONTEXT_NAME or _is_context(hint):
            context_parameter = parameter.name
            continue
        fields[_PREFIX + parameter.name] = (hint, _field(parameter, about.get(parameter.name)))
    return Signature(
        name=name,
        description=_description(doc.description, doc.returns.description if doc.returns else None),
        arguments=_arguments_model(name, fields),
        context_parameter=context_parameter,
        hidden=frozenset(found),
    )


def _arguments_model(name: str, fields: dict[str, Any]) -> type[BaseModel]:
    try:
        model = create_model(name, __config__=ConfigDict(extra="ignore"), **fields)
        model.model_json_schema()
    except (PydanticSchemaGenerationError, PydanticInvalidForJsonSchema) as error:
        raise ValueError(
            f"tool {name!r}: a parameter's type cannot be described to a model; use JSON types, "
            f"enums, dataclasses or pydantic models ({str(error).splitlines()[0]})"
        ) from error
    return model


def _field(parameter: inspect.Parameter, description: str | None) -> Any:
    options: dict[str, Any] = {"alias": parameter.name, "description": description}
    if parameter.default is parameter.empty:
        return Field(**options)
    if parameter.default is None or isinstance(parameter.default, (str, int, float, bool)):
        return Field(default=parameter.default, **options)
    # Other defaults need not be JSON; the schema only says that the parameter is optional.
    default = parameter.default
    return Field(default_factory=lambda: default, **options)


def _is_context(hint: Any) -> bool:
    return any(
        inspect.isclass(item) and issubclass(item, Context) for item in (hint, *get_args(hint))
    )


def _description(text: str | None, returns: str | None) -> str:
    parts = [part.strip() for part in (text, f"Returns: {returns}" if returns else None) if part]
    return "\n\n".join(parts)


_NESTED_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_NESTED_MAPS = ("properties", "$defs")
_NESTED = ("items", "additionalProperties")


def _without_titles(schema: Any) -> Any:
    """Drops the titles pydantic makes up: they only repeat names and cost tokens."""
    if not isinstance(schema, dict):
        return schema
    result = {key: value for key, value in schema.items() if key != "title"}
    for key in _NESTED:
        if key in result:
            result[key] = _without_titles(result[key])
    for key in _NESTED_LISTS:
        if key in result:
            result[key] = [_without_titles(item) for item in result[key]]
    for key in _NESTED_MAPS:
        if key in result:
            result[key] = {name: _without_titles(item) for name, item in result[key].items()}
    return result
