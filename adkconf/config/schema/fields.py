"""From the fields of spec classes to JSON schemas.

pydantic can do this too, but only after it has built a validator for each class; that alone would
take a third of the time of `adkconf validate`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BeforeValidator, WithJsonSchema
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from adkconf.config.schema.forms import DEFINITIONS, Schema
from adkconf.config.spec.component import ComponentSpec
from adkconf.config.spec.section import Section

_SIMPLE = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}


def object_schema(model: type[Section], meet: Callable[[type[Section]], None]) -> Schema:
    """Returns the schema of a class; `meet` hears of the classes that it refers to by name."""
    return _Object(model, meet).schema()


def definition_of(family: str) -> Schema:
    """Returns the reference to the forms of a family of components."""
    return {"$ref": f"{DEFINITIONS}{definition_name(family)}"}


def definition_name(family: str) -> str:
    """Returns the name of the definition with the forms of a family."""
    return "".join(word.capitalize() for word in family.split("_"))


class _Object:
    """Makes the schema of one class."""

    def __init__(self, model: type[Section], meet: Callable[[type[Section]], None]) -> None:
        self._model = model
        self._meet = meet

    def schema(self) -> Schema:
        """Returns the schema."""
        fields = self._model.model_fields
        hints = self._hints()
        config = self._model.model_config
        schema: Schema = {
            "type": "object",
            "description": inspect.cleandoc(self._model.__doc__ or ""),
            "properties": {
                field.alias or name: self._field(hints[name], field)
                for name, field in fields.items()
            },
            "additionalProperties": config.get("extra") == "allow",
        }
        required = [field.alias or name for name, field in fields.items() if field.is_required()]
        if required:
            schema["required"] = required
        extra = config.get("json_schema_extra")
        return {**schema, **extra} if isinstance(extra, Mapping) else schema

    def _hints(self) -> dict[str, Any]:
        """Returns the annotations of the fields; pydantic has read most, and anew takes longer."""
        if not self._model.__pydantic_fields_complete__:
            return get_type_hints(self._model, include_extras=True)
        return {
            name: Annotated[field.annotation, *field.metadata]
            if field.metadata
            else field.annotation
            for name, field in self._model.model_fields.items()
        }

    def _field(self, hint: Any, field: FieldInfo) -> Schema:
        schema = self._type(hint)
        for constraint in field.metadata:
            schema |= _constraint(constraint, schema)
        if field.examples:
            schema["examples"] = field.examples
        if isinstance(field.default, (str, int, float)):
            schema["default"] = field.default
        return schema

    def _type(self, hint: Any) -> Schema:
        origin, args = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return self._annotated(hint)
        if origin in (Union, UnionType):
            return {"anyOf": [self._type(arg) for arg in args]}
        if origin is Literal:
            return {"type": _SIMPLE[type(args[0])], "enum": list(args)}
        if origin in (tuple, list):
            return {"type": "array", "items": self._type(args[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self._type(args[1])}
        return self._plain(hint)

    def _annotated(self, hint: Any) -> Schema:
        for note in hint.__metadata__:
            if isinstance(note, WithJsonSchema) and note.json_schema is not None:
                if family := note.json_schema.get("x-component"):
                    return definition_of(family)
                if "x-by" in note.json_schema:
                    return {**note.json_schema, **self._type(hint.__origin__)}
                return dict(note.json_schema)
            written = getattr(note, "json_schema_input_type", PydanticUndefined)
            if isinstance(note, BeforeValidator) and written is not PydanticUndefined:
                return self._type(written)
        schema = self._type(hint.__origin__)
        for note in hint.__metadata__:
            for constraint in getattr(note, "metadata", ()):
                schema |= _constraint(constraint, schema)
        return schema

    def _plain(self, hint: Any) -> Schema:
        if hint in _SIMPLE:
            return {"type": _SIMPLE[hint]}
        if not inspect.isclass(hint) or not issubclass(hint, Section):
            return {}
        if issubclass(hint, ComponentSpec):
            return definition_of(hint.family)
        self._meet(hint)
        return {"$ref": f"{DEFINITIONS}{hint.__name__}"}


def _constraint(constraint: Any, schema: Schema) -> Schema:
    kinds = [schema.get("type"), *(branch.get("type") for branch in schema.get("anyOf", ()))]
    unit = "Items" if "array" in kinds else "Length"
    match constraint:
        case Ge():
            return {"minimum": constraint.ge}
        case Gt():
            return {"exclusiveMinimum": constraint.gt}
        case Le():
            return {"maximum": constraint.le}
        case Lt():
            return {"exclusiveMaximum": constraint.lt}
        case MinLen():
            return {f"min{unit}": constraint.min_length}
        case MaxLen():
            return {f"max{unit}": constraint.max_length}
    pattern = getattr(constraint, "pattern", None)
    return {"pattern": pattern} if pattern else {}
