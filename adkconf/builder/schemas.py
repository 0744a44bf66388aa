"""From schemas as they are written to what the runtime checks data with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adkconf.agents.json_schema import data_type, model_type
from adkconf.builder.components import Components
from adkconf.config.spec.reference import PythonRef

Written = PythonRef | Mapping[str, Any] | None


class Schemas:
    """Imports schemas, and makes types of those that are written as JSON schema."""

    def __init__(self, components: Components) -> None:
        self._references = components.references

    def plain(self, schema: Written) -> Any:
        """Returns what a reference leads to, or the JSON schema itself.

        Raises:
            Fault: the reference leads to nothing.
        """
        return self._references.load(schema) if isinstance(schema, PythonRef) else schema

    def checking(self, schema: Written) -> Any:
        """Returns a type that data is checked with; raises like `plain`."""
        found = self.plain(schema)
        return data_type(found) if _is_json(found) else found

    def model(self, schema: Written) -> Any:
        """Returns a pydantic model; raises like `plain`, and ValueError if none can be made."""
        found = self.plain(schema)
        return model_type(found) if _is_json(found) else found


def _is_json(schema: Any) -> bool:
    return isinstance(schema, dict)
