"""An operation of an API: its name, and the parameters that a model gives."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

MAX_NAME = 60
# What a parameter is called whose own name has no letter or digit in it.
_NAMELESS = {
    "body": "body",
    "query": "query_param",
    "path": "path_param",
    "header": "header_param",
    "cookie": "cookie_param",
}


class OperationEndpoint(BaseModel):
    """Where an operation is; `path` has its parameters in braces."""

    base_url: str
    path: str
    method: str


@dataclass(frozen=True)
class ApiParameter:
    """A parameter: the model calls it `name`, the API `original_name`."""

    name: str
    original_name: str
    location: str
    schema: Mapping[str, Any]
    required: bool = False


def snake_case(text: str) -> str:
    """Returns a name in snake case: `getPetById` becomes `get_pet_by_id`."""
    text = re.sub(r"[^a-zA-Z0-9]+", "_", text)
    text = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text)
    text = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", text)
    return re.sub(r"_+", "_", text.lower()).strip("_")


def parameters_of(
    operation: Mapping[str, Any], *, preserve_names: bool = False
) -> tuple[ApiParameter, ...]:
    """Returns the parameters of an operation, and the parts of its body as parameters."""
    seen: dict[str, int] = {}
    found = []
    for parameter in (*_parameters(operation), *_body(operation)):
        name = _called(parameter, preserve_names)
        number = seen.get(name, -1) + 1
        seen[name] = number
        found.append(replace(parameter, name=f"{name}_{number - 1}" if number else name))
    return tuple(found)


def body_of(operation: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    """Returns the media type of the body, the first that is named, and its schema."""
    content = (operation.get("requestBody") or {}).get("content") or {}
    for media_type, described in content.items():
        return media_type, (described or {}).get("schema") or {}
    return None


def arguments_schema(
    operation: Mapping[str, Any], parameters: tuple[ApiParameter, ...]
) -> dict[str, Any]:
    """Returns the JSON schema of the arguments that a model gives."""
    return {
        "properties": {each.name: _without_nulls(each.schema) for each in parameters},
        "required": [each.name for each in parameters if each.required],
        "title": f"{operation.get('operationId') or 'unnamed'}_Arguments",
        "type": "object",
    }


def _called(parameter: ApiParameter, preserve_names: bool) -> str:
    original = parameter.original_name
    name = original if preserve_names else snake_case(original)
    if keyword.iskeyword(name):
        return f"param_{name}"
    return name or _NAMELESS.get(parameter.location, "value")


def _parameters(operation: Mapping[str, Any]) -> Iterator[ApiParameter]:
    for given in operation.get("parameters") or ():
        if "name" not in given:  # a reference that leads nowhere
            continue
        schema = given.get("schema") or {}
        described = schema.get("description") or given.get("description") or ""
        location = str(given.get("in", ""))
        yield ApiParameter(
            name="",
            original_name=given["name"],
            location=location,
            schema={**schema, "description": described},
            # There is no address without it, whatever the document says.
            required=location == "path" or bool(given.get("required")),
        )


def _body(operation: Mapping[str, Any]) -> Iterator[ApiParameter]:
    if (body := body_of(operation)) is None:
        return
    schema = body[1]
    if schema.get("type") == "object":
        required = schema.get("required") or ()
        for name, below in (schema.get("properties") or {}).items():
            yield ApiParameter("", name, "body", below or {}, name in required)
        return
    of_several = any(schema.get(key) for key in ("oneOf", "anyOf", "allOf"))
    kind = schema.get("type")
    name = "array" if kind == "array" else "body" if of_several or not kind else ""
    yield ApiParameter("", name, "body", schema)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _without_nulls(below) for k, below in value.items() if below is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value
