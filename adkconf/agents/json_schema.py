"""JSON schemas as pydantic types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, JsonValue, WithJsonSchema, create_model


def misfit(schema: Mapping[str, Any], data: Any) -> str | None:
    """Returns what keeps data from being of a JSON schema, and where; None when it is."""
    # Only apps with a schema that is written as JSON schema need the library.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    problem = best_match(Draft202012Validator(schema).iter_errors(data))
    if problem is None:
        return None
    place = problem.json_path.removeprefix("$").lstrip(".")
    return f"{place}: {problem.message}" if place else str(problem.message)


def data_type(schema: Mapping[str, Any]) -> Any:
    """Returns a type that pydantic checks data with; the same one for equal schemas."""
    return _data_type(json.dumps(schema, sort_keys=True))


def model_type(schema: Mapping[str, Any]) -> type[BaseModel]:
    """Returns a pydantic model with the properties of a schema as its fields.

    Raises:
        ValueError: a property cannot be the name of a field.
    """
    required = schema.get("required") or ()
    shared = {key: schema[key] for key in ("$defs", "definitions") if key in schema}
    fields: dict[str, Any] = {}
    for name, described in (schema.get("properties") or {}).items():
        if not name.isidentifier() or name.startswith("_") or hasattr(BaseModel, name):
            raise ValueError(f"{name!r} cannot be the name of a field; choose another one")
        kind = data_type({**shared, **described} if isinstance(described, dict) else {})
        fields[name] = (kind, ...) if name in required else (kind | None, None)
    config = ConfigDict(title=str(schema.get("title") or "Schema"), protected_namespaces=())
    return create_model("Schema", __config__=config, **fields)


@lru_cache(maxsize=512)
def _data_type(text: str) -> Any:
    schema = json.loads(text)
    # What a model or a person says is taken for JSON, unless a text is wanted.
    kind: Any = str if schema.get("type") == "string" else JsonValue
    return Annotated[kind, AfterValidator(partial(_checked, schema)), WithJsonSchema(schema)]


def _checked(schema: Mapping[str, Any], data: Any) -> Any:
    if (problem := misfit(schema, data)) is not None:
        raise ValueError(problem)
    return data
