"""What is written of sets of tools, whoever has them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PlainValidator, ValidationInfo, WithJsonSchema

from adkconf.config.spec.agent import Reference
from adkconf.config.spec.auth import OptionalAuthArguments
from adkconf.config.spec.component import read_reference
from adkconf.config.spec.reference import PythonRef

REFERENCE = {"$ref": "#/$defs/Reference"}


def read_plain_or_reference(data: Any, info: ValidationInfo) -> Any:
    """Takes a text for a reference, anything else as it is."""
    return read_reference(data, info.context) if isinstance(data, str) else data


ToolFilter = Annotated[
    PythonRef | list[str] | None,
    PlainValidator(read_plain_or_reference),
    WithJsonSchema({"anyOf": [{"type": "array", "items": {"type": "string"}}, REFERENCE]}),
]
"""Names, or a function of a tool and the context."""


class ToolsetArguments(OptionalAuthArguments):
    """What sets of tools have in common; subclass it."""

    tool_filter: ToolFilter = None
    """The tools that the agent gets: their names, or a function `(tool, context) -> bool`."""
    tool_name_prefix: str | None = Field(default=None, min_length=1)
    """Stands before the tools' names, with `_` between."""
    header_provider: Reference | None = None
    """A function that gets the context of a run and returns HTTP headers."""
