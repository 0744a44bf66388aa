"""Finds the part of the schema that a value has to fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from adkconf.config.located import Broken
from adkconf.config.schema.forms import DEFINITIONS, Schema
from adkconf.config.spec.reference import MAX_LENGTH

_KINDS = (
    (bool, ("boolean",)),
    (str, ("string",)),
    (int, ("integer", "number")),
    (float, ("number",)),
    (dict, ("object",)),
    (list, ("array",)),
    (type(None), ("null",)),
)
ALL_TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")
_WHOLE_NUMBER = frozenset({"integer", "number"})


@dataclass(frozen=True)
class Choice:
    """The branches of a union that a value may be meant for.

    None means that the value is of a wrong type. `mistaken` is the key whose value is the reason
    why no branch fits, though some have all their keys.
    """

    branches: tuple[Schema, ...]
    mistaken: str = ""


class Outline:
    """A schema seen as a tree that can be walked along with a value."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._definitions = schema["$defs"]
        # The unions are kept, so that their ids stay theirs.
        self._typed: dict[tuple[int, frozenset[str]], tuple[Schema, tuple[Schema, ...]]] = {}

    def resolve(self, schema: Schema) -> Schema:
        """Follows references."""
        while isinstance(schema, dict) and "$ref" in schema:
            schema = self._definitions[schema["$ref"].removeprefix(DEFINITIONS)]
        return schema

    def choose(self, union: Schema, value: Any) -> Choice:
        """Chooses among the branches of a schema with `anyOf`."""
        typed = self.of_kinds(union, kinds_of(value))
        if not isinstance(value, dict) or len(typed) < 2:
            return Choice(typed)
        return self._choose_mapping(union.get("x-by", ""), typed, value)

    def of_kinds(self, union: Schema, kinds: frozenset[str]) -> tuple[Schema, ...]:
        """Returns the branches of a union that take values of some type."""
        key = (id(union), kinds)
        if key not in self._typed:
            branches = map(self.resolve, union["anyOf"])
            fitting = [branch for branch in branches if not kinds.isdisjoint(self.types(branch))]
            self._typed[key] = union, tuple(fitting)
        return self._typed[key][1]

    def _choose_mapping(
        self, by: str, branches: tuple[Schema, ...], value: dict[str, Any]
    ) -> Choice:
        complete = [
            branch for branch in branches if all(key in value for key in branch.get("required", ()))
        ]
        fitting = [branch for branch in complete if self._fits_by(branch, by, value)]
        if fitting:
            fitting.sort(key=lambda branch: -len(branch.get("required", ())))
            return Choice((fitting[0],))
        if by in value and not isinstance(value[by], Broken):
            meant = [branch for branch in branches if self._fits_by(branch, by, value)]
            if meant:
                # What is missing in it is the mistake.
                return Choice((meant[0],))
            near = [branch for branch in branches if by in branch.get("properties", {})]
            return Choice(tuple(near), mistaken=by)
        return Choice(branches[:1])

    def _fits_by(self, branch: Schema, by: str, value: dict[str, Any]) -> bool:
        if by not in value:
            return True
        prop = self.resolve(branch.get("properties", {}).get(by, {}))
        text = value[by]
        if not prop:
            return False
        if not isinstance(text, str):
            return False
        if "pattern" in prop and not re.search(prop["pattern"], text[:MAX_LENGTH]):
            return False
        return text in prop.get("enum", [prop.get("const", text)])

    def types(self, schema: Schema) -> tuple[str, ...]:
        """Returns the names of all types that a schema takes."""
        schema = self.resolve(schema)
        if "type" in schema:
            named = schema["type"]
            return (named,) if isinstance(named, str) else tuple(named)
        if "anyOf" in schema:
            found = (kind for branch in schema["anyOf"] for kind in self.types(branch))
            return tuple(dict.fromkeys(found))
        return ALL_TYPES

    def below(self, schema: Schema, value: Any) -> Iterator[tuple[str | int, Schema]]:
        """Yields the steps to all values below, with the schema of each."""
        schema = self._single(schema, value)
        if isinstance(value, list):
            yield from ((index, schema.get("items", {})) for index in range(len(value)))
        elif isinstance(value, dict):
            for key in value:
                yield key, self._property(schema, key)

    def _single(self, schema: Schema, value: Any) -> Schema:
        schema = self.resolve(schema)
        while "anyOf" in schema:
            branches = self.choose(schema, value).branches
            if not branches:
                return {}
            schema = self.resolve(branches[0])
        return schema

    def _property(self, schema: Schema, key: str) -> Schema:
        found = schema.get("properties", {}).get(key)
        if found is None:
            patterns = schema.get("patternProperties", {}).items()
            found = next((below for pattern, below in patterns if re.search(pattern, key)), None)
        if found is None:
            found = schema.get("additionalProperties")
        return found if isinstance(found, dict) else {}


def kinds_of(value: Any) -> frozenset[str]:
    """Returns the schema's names for the type of a value."""
    if isinstance(value, float) and value.is_integer():
        return _WHOLE_NUMBER
    return _kinds_of_type(value.__class__)


@cache
def _kinds_of_type(kind: type) -> frozenset[str]:
    return frozenset(next((names for known, names in _KINDS if issubclass(kind, known)), ALL_TYPES))
