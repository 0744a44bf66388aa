"""Tells quickly whether data fits the schema, which most data does.

Each part of the schema becomes a function when a value first gets there. What does not fit is
looked at again by jsonschema's validator, which can say why; the two agree on what fits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sized
from functools import cache
from operator import ge, gt, le, lt
from typing import Any

from adkconf.config.checking.outline import Outline, kinds_of
from adkconf.config.schema.forms import Schema
from adkconf.config.schema.generate import checking_schema
from adkconf.config.spec.reference import MAX_LENGTH

Accept = Callable[[Any], bool]

# What these say is for editors, for the outline, or part of what another keyword says.
_SILENT = frozenset(
    {
        *("$schema", "$defs", "title", "description", "default", "examples", "doNotSuggest"),
        *("writeOnly", "x-kind", "x-by", "then"),
    }
)
_TOGETHER = frozenset({"properties", "patternProperties", "additionalProperties"})


@cache
def outline() -> Outline:
    """Returns the outline of the schema that files are checked with."""
    return Outline(checking_schema())


def fits(data: Any) -> bool:
    """Tells whether data with nothing broken in it is certain to fit that schema."""
    return _compiled().accepts(data)


def fits_part(data: Any, part: Schema) -> bool:
    """Tells whether data is certain to fit a part of that schema, but for what is broken in it."""
    return _compiled().function(part)(data)


@cache
def _compiled() -> CompiledSchema:
    return CompiledSchema(outline())


class CompiledSchema:
    """A schema as functions, for data with nothing broken in it.

    It refuses names of extensions, which may be right after all.
    """

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        # By the id of the part of the schema, which the outline keeps alive.
        self._functions: dict[int, Accept] = {}
        self._nested: dict[str, Callable[[Schema], Accept]] = {
            "$ref": self._reference,
            "enum": self._enum,
            "anyOf": self._any_of,
            "allOf": self._all_of,
            "not": self._not,
            "if": self._if,
            "items": self._items,
            "dependentSchemas": self._dependent,
        }

    def accepts(self, data: Any) -> bool:
        """Tells whether the data is certain to fit."""
        return self.function(self._outline.schema)(data)

    def function(self, schema: Schema) -> Accept:
        """Returns the function for a part of the schema.

        Raises:
            NotImplementedError: the part has a keyword that is not known here.
        """
        made = self._functions.get(id(schema))
        if made is None:
            made = self._functions[id(schema)] = self._compile(schema)
        return made

    def _compile(self, schema: Schema) -> Accept:
        accepts = [
            self._keyword(keyword, schema)
            for keyword in schema
            if keyword not in _SILENT and keyword not in _TOGETHER
        ]
        if not _TOGETHER.isdisjoint(schema):
            accepts.append(self._mapping(schema))
        return _together(accepts)

    def _keyword(self, keyword: str, schema: Schema) -> Accept:
        if keyword in _SIMPLE:
            return _SIMPLE[keyword](schema[keyword])
        if keyword in self._nested:
            return self._nested[keyword](schema)
        raise NotImplementedError(f"the keyword {keyword!r}")

    def _reference(self, schema: Schema) -> Accept:
        target = self._outline.resolve(schema)
        # Only once a value is there: definitions may hold themselves.
        return lambda value: self.function(target)(value)  # noqa: PLW0108

    def _enum(self, schema: Schema) -> Accept:
        """Leaves values of another type to what is said of their type."""
        types = self._outline.types(schema)
        equal = [_const(choice) for choice in schema["enum"]]
        return lambda value: kinds_of(value).isdisjoint(types) or any(each(value) for each in equal)

    def _all_of(self, schema: Schema) -> Accept:
        return _together([self.function(part) for part in schema["allOf"]])

    def _not(self, schema: Schema) -> Accept:
        refused = self.function(schema["not"])
        return lambda value: not refused(value)

    def _if(self, schema: Schema) -> Accept:
        premise, conclusion = self.function(schema["if"]), self.function(schema["then"])
        return lambda value: not premise(value) or conclusion(value)

    def _dependent(self, schema: Schema) -> Accept:
        schemas: dict[str, Schema] = schema["dependentSchemas"]
        return lambda value: (
            not isinstance(value, dict)
            or all(self.function(schemas[key])(value) for key in schemas.keys() & value.keys())
        )

    def _items(self, schema: Schema) -> Accept:
        below: Schema = schema["items"]
        return lambda value: not isinstance(value, list) or all(map(self.function(below), value))

    def _any_of(self, schema: Schema) -> Accept:
        by_kinds: dict[frozenset[str], Accept] = {}

        def accept(value: Any) -> bool:
            kinds = kinds_of(value)
            known = by_kinds.get(kinds)
            if known is None:
                known = by_kinds[kinds] = self._any_of_kinds(schema, kinds)
            return known(value)

        return accept

    def _any_of_kinds(self, schema: Schema, kinds: frozenset[str]) -> Accept:
        """Makes the function of a union for values of some type."""
        branches = self._outline.of_kinds(schema, kinds)
        if len(branches) == 1:
            return self.function(branches[0])

        def accept(value: Any) -> bool:
            choice = self._outline.choose(schema, value)
            return not choice.mistaken and any(
                self.function(branch)(value) for branch in choice.branches
            )

        return accept

    def _mapping(self, schema: Schema) -> Accept:
        properties: dict[str, Schema] = schema.get("properties", {})
        patterns = [
            (re.compile(pattern), below)
            for pattern, below in schema.get("patternProperties", {}).items()
        ]
        others = schema.get("additionalProperties", True)
        takes_others = others is True and not patterns
        known: dict[str, Accept] = {}

        def find(key: str) -> Accept:
            matching = [below for pattern, below in patterns if pattern.search(key)]
            if key in properties:
                matching.append(properties[key])
            if not matching:
                return self._whatever(others)
            accept = _together([self.function(below) for below in matching])
            if key in properties:
                known[key] = accept
            return accept

        def accept(value: Any) -> bool:
            if isinstance(value, dict):
                for key in properties.keys() & value.keys() if takes_others else value:
                    if not (known.get(key) or find(key))(value[key]):
                        return False
            return True

        return accept

    def _whatever(self, schema: Schema | bool) -> Accept:
        if isinstance(schema, bool):
            return lambda _: schema
        return self.function(schema)


def _together(accepts: list[Accept]) -> Accept:
    if len(accepts) == 1:
        return accepts[0]

    def accept(value: Any) -> bool:
        for each in accepts:  # noqa: SIM110 (all() takes twice as long)
            if not each(value):
                return False
        return True

    return accept


def _type(names: str | list[str]) -> Accept:
    wanted = {names} if isinstance(names, str) else set(names)
    if wanted == {"string"}:
        return lambda value: isinstance(value, str)
    return lambda value: not wanted.isdisjoint(kinds_of(value))


def _const(wanted: Any) -> Accept:
    if isinstance(wanted, (list, dict)):
        raise NotImplementedError(f"the constant {wanted!r}")
    is_bool = isinstance(wanted, bool)
    return lambda value: isinstance(value, bool) == is_bool and bool(value == wanted)


def _pattern(pattern: str) -> Accept:
    compiled = re.compile(pattern)
    return lambda value: (
        not isinstance(value, str)
        or (len(value) <= MAX_LENGTH and compiled.search(value) is not None)
    )


def _required(keys: list[str]) -> Accept:
    needed = frozenset(keys)
    return lambda value: not isinstance(value, dict) or value.keys() >= needed


def _dependent_keys(keys: dict[str, list[str]]) -> Accept:
    return lambda value: (
        not isinstance(value, dict)
        or all(value.keys() >= set(needed) for key, needed in keys.items() if key in value)
    )


def _number(fits: Callable[[Any, Any], bool]) -> Callable[[Any], Accept]:
    """Makes the keyword that compares numbers with its argument."""
    return lambda limit: (
        lambda value: (
            isinstance(value, bool) or not isinstance(value, (int, float)) or fits(value, limit)
        )
    )


def _length(kind: type[Sized], fits: Callable[[Any, Any], bool]) -> Callable[[Any], Accept]:
    """Makes the keyword that compares the length of one kind of value with its argument."""
    return lambda limit: lambda value: not isinstance(value, kind) or fits(len(value), limit)


_SIMPLE: dict[str, Callable[[Any], Accept]] = {
    "type": _type,
    "const": _const,
    "pattern": _pattern,
    "required": _required,
    "dependentRequired": _dependent_keys,
    "minimum": _number(ge),
    "maximum": _number(le),
    "exclusiveMinimum": _number(gt),
    "exclusiveMaximum": _number(lt),
    "minLength": _length(str, ge),
    "maxLength": _length(str, le),
    "minItems": _length(list, ge),
    "minProperties": _length(dict, ge),
    "maxProperties": _length(dict, le),
}
