"""Checks data against the schema; what does not fit is reported and taken out.

Taking it out lets the checks that follow look at the rest, so that all problems of a file show
at once. A misspelt key is taken for the one that was probably meant: so what it holds is checked
too, and nobody is told that the other key is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from adkconf.config.checking.coercion import settle_types
from adkconf.config.checking.compiled import fits, outline
from adkconf.config.checking.data import AppData, strip_broken
from adkconf.config.checking.outline import ALL_TYPES, kinds_of
from adkconf.config.checking.wording import Finding, branch_names, describe, describe_unknown_key
from adkconf.config.diagnostics import Diagnostic
from adkconf.config.located import BROKEN, LocatedMap, Place, Step, find_place
from adkconf.config.problems import MAX_ERRORS
from adkconf.config.secret_text import is_secret_path
from adkconf.config.suggestion import SURE, likeliest, nearest

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from adkconf.config.schema.forms import Schema

_MAX_ROUNDS = 8
_CONTAINERS = frozenset({"array", "object"})
_SINGLE = frozenset(ALL_TYPES) - _CONTAINERS


def check_shape(app: AppData) -> list[Diagnostic]:
    """Returns what does not fit, and takes it out of the data.

    What still does not fit is too much, and makes the data unsound.
    """
    _settle_types(app)
    if not app.has_broken and fits(app.root):
        return []
    # What is wrong can only be told by jsonschema, which takes a while to import.
    from adkconf.config.checking.validator import find_errors

    found: list[Diagnostic] = []
    errors = find_errors(app.root)
    for _ in range(_MAX_ROUNDS):
        misspelt = [error for error in errors if error.validator in _SETTLED]
        if not misspelt or len(found) > MAX_ERRORS:
            break
        for error in misspelt:
            found += _SETTLED[str(error.validator)](app.root, _finding(app, error))
            app.has_broken = True
        _settle_types(app)
        errors = find_errors(app.root)
    for error in errors:
        # After so many rounds, or errors, that something misspelt is left, enough is told.
        if error.validator not in _SETTLED:
            found += describe(_finding(app, error))
    if len(set(found)) > MAX_ERRORS:
        # Nobody looks at the rest.
        app.is_sound = False
        return found
    _take_out(app, errors)
    return found


def _take_out(app: AppData, errors: list[ValidationError]) -> None:
    """Takes out what does not fit, and whatever does not fit without it."""
    from adkconf.config.checking.validator import find_errors

    for _ in range(_MAX_ROUNDS if errors or app.has_broken else 0):
        for error in errors:
            _break_at(app.root, list(error.absolute_path))
        strip_broken(app.root)
        errors = find_errors(app.root)
        if not errors:
            break
    app.is_sound = not errors


def _settle_types(app: AppData) -> None:
    if app.has_loose:
        settle_types(app.root, outline().schema, outline())


def _finding(app: AppData, error: ValidationError) -> Finding:
    steps = tuple(error.absolute_path)
    place = find_place(app.root, steps) or Place()
    return Finding(
        keyword=str(error.validator),
        argument=error.validator_value,
        schema=error.schema if isinstance(error.schema, dict) else {},
        schema_path=tuple(error.absolute_schema_path),
        value=_at(app.root, steps),
        message=error.message,
        steps=steps,
        place=place,
        key_place=find_place(app.root, steps, key=True) or place,
        secret=place.path in app.secret_paths or is_secret_path(place.path),
    )


def _settle_unknown_keys(root: Any, finding: Finding) -> Iterator[Diagnostic]:
    """Handles keys that are misspelt or out of place."""
    known = list(finding.schema.get("properties", {}))
    patterns = finding.schema.get("patternProperties", {})
    container = finding.value
    unknown = [
        key
        for key in container
        if key not in known and not any(re.search(pattern, key) for pattern in patterns)
    ]
    for key in unknown[MAX_ERRORS + 1 :]:
        del container[key]
    for key in unknown[: MAX_ERRORS + 1]:
        place = find_place(container, (key,), key=True) or finding.place
        yield from describe_unknown_key(finding, key, place)
        meant = _meant(key, container[key], finding.schema)
        if "x-kind" in finding.schema:
            _break_at(root, list(finding.steps))
        elif meant is None or meant in container:
            del container[key]
        elif isinstance(container, LocatedMap):
            container[meant], container.marks[meant] = container.pop(key), container.marks[key]
    if not container and finding.schema.get("minProperties"):
        _break_at(root, list(finding.steps))


def _meant(key: str, value: Any, schema: Schema) -> str | None:
    """Returns the key that a misspelt one is taken for.

    It is none that takes a list or a mapping where something else is written, or the reverse.
    """
    known = schema.get("properties", {})
    meant = nearest(key, known, cutoff=SURE)
    if meant is None or meant != likeliest(key, known):
        return None
    if meant in schema.get("required", ()):
        return meant
    kinds = kinds_of(value)
    kinds = kinds if kinds <= _CONTAINERS else kinds | _SINGLE
    return None if kinds.isdisjoint(outline().types(known[meant])) else meant


def _settle_kind(root: Any, finding: Finding) -> Iterator[Diagnostic]:
    """Handles a value that tells what kind of mapping it is in, like `agent_class`."""
    yield from describe(finding)
    key = finding.message
    meant = nearest(str(finding.value), branch_names(finding.argument, key))
    if meant is None:
        _break_at(root, list(finding.steps[:-1]))
    else:
        _at(root, finding.steps[:-1])[key] = meant


def _break_at(root: Any, steps: list[Step]) -> None:
    if not steps:
        return
    container = _at(root, tuple(steps[:-1]))
    last = steps[-1]
    if isinstance(container, (dict, list)) and (isinstance(last, int) or last in container):
        container[last] = BROKEN  # type: ignore[index]


def _at(root: Any, steps: tuple[Step, ...]) -> Any:
    for step in steps:
        if root is BROKEN or (isinstance(root, dict) and step not in root):
            return None
        root = root[step]
    return root


_SETTLED = {"additionalProperties": _settle_unknown_keys, "x-by": _settle_kind}
