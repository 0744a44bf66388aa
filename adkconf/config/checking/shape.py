"""Checks data against the schema and says in words what does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema.exceptions import ValidationError

from adkconf.config.catalog.extensions import extension_names
from adkconf.config.catalog.families import CATALOGS
from adkconf.config.checking.data import AppData, strip_broken
from adkconf.config.checking.outline import Choice
from adkconf.config.checking.validator import find_errors, outline
from adkconf.config.diagnostic import Diagnostic, diagnostic
from adkconf.config.located import BROKEN, Place, Step, find_place, join_path
from adkconf.config.schema.forms import needs_arguments
from adkconf.config.suggestion import did_you_mean, listed, shorten

# Reporting more helps nobody.
MAX_ERRORS = 200
_MAX_ROUNDS = 8

_TYPES = {
    "string": "a text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}
_FAMILIES = {
    "session": "session service",
    "artifact": "artifact service",
    "memory": "memory service",
    "credential": "credential service",
    "code": "Python object",
}


def check_shape(app: AppData) -> list[Diagnostic]:
    """Returns what does not fit the schema, and takes it out of the data.

    What is left fits, unless the top itself is incomplete.
    """
    errors = find_errors(app.root)
    translator = _Translator(app)
    found = [problem for error in errors[:MAX_ERRORS] for problem in translator.diagnostics(error)]
    for _ in range(_MAX_ROUNDS):
        if not errors:
            break
        for error in errors:
            _break_at(app.root, error)
        strip_broken(app.root)
        errors = find_errors(app.root)
    return found


def _break_at(root: Any, error: ValidationError) -> None:
    steps = list(error.absolute_path)
    if error.validator == "additionalProperties":
        container = _at(root, steps)
        for key in _unknown_keys(error):
            container[key] = BROKEN
    elif steps:
        container = _at(root, steps[:-1])
        if steps[-1] in container or isinstance(steps[-1], int):
            container[steps[-1]] = BROKEN


def _at(root: Any, steps: list[Any]) -> Any:
    for step in steps:
        if root is BROKEN:
            return {}
        root = root[step]
    return {} if root is BROKEN else root


def _unknown_keys(error: ValidationError) -> list[str]:
    known = error.schema.get("properties", {})
    patterns = error.schema.get("patternProperties", {})
    return [
        key
        for key in error.instance
        if key not in known and not any(re.search(pattern, key) for pattern in patterns)
    ]


@dataclass(frozen=True)
class _Finding:
    """An error of the schema's, with its place."""

    error: ValidationError
    steps: tuple[Step, ...]
    place: Place
    key_place: Place
    secret: bool

    @property
    def value(self) -> str:
        """The value as it may be shown, with a colon before it."""
        instance = self.error.instance
        if self.secret or isinstance(instance, (dict, list)):
            return ""
        shown = (
            {True: "true", False: "false", None: "null"}.get(instance)
            if not isinstance(instance, (int, float, str)) or isinstance(instance, bool)
            else None
        )
        return f", not {shown or shorten(instance) if isinstance(instance, str) else shown or instance}"


class _Translator:
    """Makes diagnostics of the schema's errors."""

    def __init__(self, app: AppData) -> None:
        self._app = app
        self._by_keyword: dict[str, Callable[[_Finding], Iterator[Diagnostic]]] = {
            "additionalProperties": self._unknown_key,
            "required": self._missing_key,
            "dependentRequired": self._missing_partner,
            "type": self._wrong_type,
            "enum": self._not_one_of,
            "const": self._not_one_of,
            "pattern": self._malformed,
            "anyOf": self._no_form,
            "x-by": self._no_branch,
            "maxProperties": self._not_one_component,
        }

    def diagnostics(self, error: ValidationError) -> Iterator[Diagnostic]:
        """Yields what to say about an error."""
        steps = tuple(error.absolute_path)
        root = self._app.root
        place = find_place(root, steps) or Place()
        key_place = find_place(root, steps, key=True) or Place()
        secret = place.path in self._app.secret_paths
        finding = _Finding(error, steps, place, key_place, secret)
        say = self._by_keyword.get(str(error.validator), self._out_of_range)
        # A schema that is just `false` forbids a key.
        yield from self._excluded(finding) if error.validator is None else say(finding)

    def _unknown_key(self, finding: _Finding) -> Iterator[Diagnostic]:
        error = finding.error
        for key in _unknown_keys(error):
            place = find_place(self._app.root, (*finding.steps, key), key=True) or finding.place
            if (kind := error.schema.get("x-kind")) is not None:
                yield from _unknown_component(kind, key, place)
                continue
            known = list(error.schema.get("properties", {}))
            hint = did_you_mean(key, known)
            if not hint and 0 < len(known) <= 10:
                hint = f"possible keys: {', '.join(known)}"
            yield _at_place(place, "E201", f"unknown key {shorten(key)}", hint)

    def _missing_key(self, finding: _Finding) -> Iterator[Diagnostic]:
        missing = [
            key for key in finding.error.validator_value if key not in finding.error.instance
        ]
        # jsonschema reports each missing key on its own, all with the same list.
        key = next(key for key in missing if f"{key!r} is" in finding.error.message)
        owner = f" in {finding.place.path!r}" if finding.place.path else ""
        near = did_you_mean(key, set(finding.error.instance))
        hint = near if near and False else ""
        yield _at_place(finding.key_place, "E202", f"the key {key!r} is missing{owner}", hint)

    def _missing_partner(self, finding: _Finding) -> Iterator[Diagnostic]:
        error = finding.error
        for key, partners in error.validator_value.items():
            if key in error.instance:
                for partner in partners:
                    if partner not in error.instance and f"{partner!r}" in error.message:
                        place = find_place(self._app.root, (*finding.steps, key), key=True)
                        message = f"{key!r} needs {partner!r} beside it"
                        yield _at_place(place or finding.place, "E207", message)

    def _excluded(self, finding: _Finding) -> Iterator[Diagnostic]:
        key = str(finding.steps[-1])
        first = (
            finding.error.absolute_schema_path[-3]
            if len(finding.error.absolute_schema_path) > 2
            else ""
        )
        message = f"{key!r} does not go together with {first!r}"
        yield _at_place(finding.key_place, "E207", message, "remove one of the two")

    def _wrong_type(self, finding: _Finding) -> Iterator[Diagnostic]:
        error = finding.error
        value = error.validator_value
        types = dict.fromkeys([value] if isinstance(value, str) else value)
        if len(types) > 1:
            types.pop("null", None)
        if "number" in types:
            types.pop("integer", None)
        names = [_TYPES[name] for name in types]
        expected = " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
        given = finding.value or f", not {_TYPES[_type_name(error.instance)]}"
        if finding.secret:
            given = "; the variable holds something else"
        hint = ""
        if error.instance is None:
            given, hint = "; there is nothing", "write a value, or remove the key"
        elif "string" in types and isinstance(error.instance, (bool, int, float)):
            hint = "put it in quotes if it is meant as text"
        elif "array" in types and not isinstance(error.instance, dict):
            hint = "write it as a list: [ … ], or lines that start with '- '"
        yield _at_place(finding.place, "E203", f"expected {expected}{given}", hint)

    def _not_one_of(self, finding: _Finding) -> Iterator[Diagnostic]:
        error = finding.error
        value = error.validator_value
        choices = value if isinstance(value, list) else [value]
        shown = "" if finding.secret else finding.value
        message = f"expected {listed(map(str, choices))}{shown}"
        if not all(isinstance(choice, str) for choice in choices):
            message = f"expected {choices[0]}{shown}"
        hint = ""
        if isinstance(error.instance, str) and not finding.secret:
            hint = did_you_mean(error.instance, map(str, choices))
        yield _at_place(finding.place, "E204", message, hint)

    def _malformed(self, finding: _Finding) -> Iterator[Diagnostic]:
        described = finding.error.schema.get("description", "")
        path = finding.place.path
        if path == "name":
            described = "a letter, then letters, digits, '_' and '-'"
        message = (
            f"{'the value' if finding.secret else shorten(finding.error.instance)} is malformed"
        )
        yield _at_place(
            finding.place, "E206", message, f"expected {described}" if described else ""
        )

    def _no_form(self, finding: _Finding) -> Iterator[Diagnostic]:
        error = finding.error
        choice: Choice = error.validator_value
        kind = error.schema.get("x-kind")
        if kind is not None and isinstance(error.instance, str):
            shown = "…" if finding.secret else error.instance
            yield from _unknown_component(kind, shown, finding.place)
            return
        enums = [name for branch in choice.branches for name in branch.get("enum", ())]
        hint = did_you_mean(error.instance, enums) if isinstance(error.instance, str) else ""
        shown = "the value" if finding.secret else shorten(str(error.instance))
        if enums:
            yield _at_place(finding.place, "E501", f"unknown name {shown}", hint)
        else:
            yield _at_place(finding.place, "E206", f"{shown} has none of the possible forms", hint)

    def _no_branch(self, finding: _Finding) -> Iterator[Diagnostic]:
        key = str(finding.steps[-1])
        choice: Choice = finding.error.validator_value
        instance = finding.error.parent.instance if finding.error.parent else None
        choices = [
            name
            for branch in choice.branches
            if (prop := branch["properties"][key])
            for name in prop.get("enum", [prop["const"]] if "const" in prop else [])
        ]
        del instance
        value = _value_at(self._app.root, finding.steps)
        shown = "the value" if finding.secret or not isinstance(value, str) else shorten(value)
        if choices:
            hint = did_you_mean(value, choices) if isinstance(value, str) else ""
            message = f"unknown {key} {shown}; expected {listed(choices)}, or a reference"
            yield _at_place(finding.place, "E204", message, hint)
        else:
            kind = finding.error.schema.get("x-kind", "")
            yield from _unknown_component(
                kind, value if isinstance(value, str) else "…", finding.place
            )

    def _not_one_component(self, finding: _Finding) -> Iterator[Diagnostic]:
        names = list(finding.error.instance)
        if not names:
            yield _at_place(finding.place, "E202", "the name of the component is missing")
            return
        place = find_place(self._app.root, (*finding.steps, names[1]), key=True) or finding.place
        message = f"a component has one name; {names[0]!r} and {names[1]!r} are two"
        hint = f"indent {names[1]!r} deeper if it is an argument of {names[0]!r}"
        yield _at_place(place, "E207", message, hint)

    def _out_of_range(self, finding: _Finding) -> Iterator[Diagnostic]:
        error, limit = finding.error, finding.error.validator_value
        words = {
            "minimum": f"at least {limit}",
            "maximum": f"at most {limit}",
            "exclusiveMinimum": f"more than {limit}",
            "exclusiveMaximum": f"less than {limit}",
            "minLength": "a text that is not empty",
            "minItems": "a list that is not empty",
            "minProperties": "a mapping that is not empty",
        }
        expected = words.get(str(error.validator), "something else")
        yield _at_place(finding.place, "E205", f"expected {expected}{finding.value}")


def _unknown_component(kind: str, name: str, place: Place) -> Iterator[Diagnostic]:
    builtins = CATALOGS[kind].builtins  # type: ignore[index]
    if (builtin := builtins.get(name)) is not None:
        missing = [
            field for field, info in builtin.arguments.model_fields.items() if info.is_required()
        ]
        if needs_arguments(builtin):
            message = f"{name!r} needs arguments: {', '.join(missing)}"
            yield _at_place(place, "E505", message)
        return
    if name in extension_names(kind):
        return
    family = _FAMILIES.get(kind, kind)
    if "://" in name:
        scheme = name.partition("://")[0]
        schemes = [f"{scheme}://" for scheme in builtins]
        message = f"no {family} has the scheme {scheme + '://'!r}"
        hint = did_you_mean(scheme, builtins)
        yield _at_place(place, "E501", message, hint or f"there are {', '.join(schemes)}")
        return
    hint = did_you_mean(name, [*builtins, *extension_names(kind)])
    if not hint:
        hint = "for an object of your own write './file.py:name' or 'package.module:name'"
    yield _at_place(place, "E501", f"unknown {family} {shorten(name)}", hint)


def _at_place(place: Place, code: str, message: str, hint: str = "") -> Diagnostic:
    return diagnostic(place.at, code, message, hint=hint, path=place.path)


def _type_name(value: Any) -> str:
    return next(iter(sorted(outline_kinds(value))))


def outline_kinds(value: Any) -> set[str]:
    from adkconf.config.checking.outline import kinds_of

    return kinds_of(value)


def _value_at(root: Any, steps: tuple[Step, ...]) -> Any:
    for step in steps:
        root = root[step]
    return root


__all__ = ["check_shape", "join_path", "outline"]
