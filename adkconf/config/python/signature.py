"""What classes and functions can be called with, told from their code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """Something that an argument can be given to by name.

    `annotation` is its type as it is written, `schema` the JSON schema of what fits it: empty if
    that cannot be told. `description` is what stands beside a field of a class.
    """

    name: str
    required: bool = False
    annotation: str = ""
    schema: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""

    @property
    def secret(self) -> bool:
        """Tells whether its type says that what is given must not be shown."""
        return _is_secret(self.schema)


def _is_secret(schema: Any) -> bool:
    below = schema.values() if isinstance(schema, Mapping) else schema
    if isinstance(schema, Mapping) and schema.get("writeOnly") is True:
        return True
    return isinstance(schema, (Mapping, list)) and any(map(_is_secret, below))


@dataclass(frozen=True)
class Signature:
    """The parameters in their order.

    `open` is true if there may be others: `**kwargs`, or fields that are not declared.
    """

    parameters: tuple[Parameter, ...] = ()
    open: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters."""
        return tuple(parameter.name for parameter in self.parameters)

    def called(self, name: str) -> Parameter | None:
        """Returns the parameter of a name."""
        return next((item for item in self.parameters if item.name == name), None)

    def schema(self) -> dict[str, Any]:
        """Returns the JSON schema of the arguments as a mapping."""
        made: dict[str, Any] = {
            "type": "object",
            "properties": {item.name: dict(item.schema) for item in self.parameters},
            "additionalProperties": self.open,
        }
        if required := [item.name for item in self.parameters if item.required]:
            made["required"] = required
        return made
