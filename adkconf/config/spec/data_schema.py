"""Schemas of data: pydantic models by reference, or JSON schemas as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema

from adkconf.config.located import bare
from adkconf.config.spec.component import read_reference
from adkconf.config.spec.reference import PythonRef


def _read_schema(data: Any, info: ValidationInfo) -> PythonRef | Mapping[str, Any] | None:
    if data is None:
        return None
    if isinstance(data, dict) and data.keys() != {"name"}:
        schema: dict[str, Any] = bare(data)
        return schema
    return read_reference(data["name"] if isinstance(data, dict) else data, info.context)


DataSchema = Annotated[
    PythonRef | Mapping[str, Any] | None,
    PlainValidator(_read_schema),
    WithJsonSchema({"x-component": "data_schema"}),
]
