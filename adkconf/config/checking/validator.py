"""jsonschema's validator, taught to choose one branch of a union instead of failing them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from adkconf.config.catalog.extensions import extension_names
from adkconf.config.checking.compiled import fits_part, outline
from adkconf.config.checking.outline import kinds_of
from adkconf.config.located import Broken
from adkconf.config.problems import MAX_ERRORS
from adkconf.config.schema.forms import Schema
from adkconf.config.schema.generate import checking_schema
from adkconf.config.spec.reference import MAX_LENGTH, is_reference

Check = Callable[[Any, Any, Any, Any], Iterator[ValidationError]]


def find_errors(data: Any) -> list[ValidationError]:
    """Returns the places where the data does not fit the schema, one too many at most."""
    return list(islice(_validator().iter_errors(data), MAX_ERRORS + 1))


@cache
def _validator() -> Any:
    checks: dict[str, Check] = {
        **Draft202012Validator.VALIDATORS,
        "anyOf": _any_of,
        "items": _items,
        "additionalProperties": _additional_properties,
        "enum": _enum,
        "pattern": _pattern,
    }
    guarded = {keyword: _unless_broken(check) for keyword, check in checks.items()}
    validator: Any = extend(Draft202012Validator, guarded)  # type: ignore[no-untyped-call]
    return validator(checking_schema())


def _unless_broken(check: Check) -> Check:
    def checked(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        if isinstance(instance, Broken):
            return ()
        return check(validator, value, instance, schema) or ()

    return checked


def _any_of(
    validator: Any, branches: Any, instance: Any, schema: Schema
) -> Iterator[ValidationError]:
    choice = outline().choose(schema, instance)
    if choice.mistaken:
        yield ValidationError(
            choice.mistaken, validator="x-by", path=[choice.mistaken], validator_value=choice
        )
    elif not choice.branches:
        types = [kind for branch in branches for kind in outline().types(branch)]
        yield ValidationError("", validator="type", validator_value=types)
    elif len(choice.branches) == 1:
        yield from _one(validator, instance, choice.branches[0])
    elif not any(
        validator.evolve(schema=branch).is_valid(instance) for branch in choice.branches
    ) and not _is_extension(instance, schema):
        yield ValidationError("", validator="anyOf", validator_value=choice)


def _items(
    validator: Any, below: Schema, instance: Any, _schema: Schema
) -> Iterator[ValidationError]:
    """Passes over the many items that are right."""
    if isinstance(instance, list):
        for index, item in enumerate(instance):
            if not fits_part(item, below):
                yield from validator.descend(item, below, path=index)


def _pattern(
    validator: Any, pattern: str, instance: Any, schema: Schema
) -> Iterator[ValidationError]:
    if isinstance(instance, str) and len(instance) > MAX_LENGTH:
        yield ValidationError("", validator="pattern", validator_value=pattern)
    else:
        yield from Draft202012Validator.VALIDATORS["pattern"](validator, pattern, instance, schema)


def _additional_properties(
    validator: Any, allowed: Any, instance: Any, schema: Schema
) -> Iterator[ValidationError]:
    """Lets the names of installed extensions stand where components do."""
    if "x-kind" in schema and any(_is_extension(name, schema) for name in instance):
        return
    yield from Draft202012Validator.VALIDATORS["additionalProperties"](
        validator, allowed, instance, schema
    )


def _enum(validator: Any, choices: Any, instance: Any, schema: Schema) -> Iterator[ValidationError]:
    """Leaves values of another type to what is said of their type."""
    if not kinds_of(instance).isdisjoint(outline().types(schema)):
        yield from Draft202012Validator.VALIDATORS["enum"](validator, choices, instance, schema)


def _is_extension(name: Any, schema: Schema) -> bool:
    # The lookup is slow: only what the schema does not know is worth it.
    kind = schema.get("x-kind")
    if kind is None or not isinstance(name, str) or name in schema.get("properties", {}):
        return False
    return not is_reference(name) and name in extension_names(kind)


def _one(validator: Any, instance: Any, branch: Schema) -> Iterator[ValidationError]:
    if branch.get("maxProperties") == 1 and isinstance(instance, dict) and len(instance) != 1:
        # One sentence about it says more than what the other keywords find.
        yield ValidationError("", validator="one-component", validator_value=1, schema=branch)
    else:
        yield from validator.descend(instance, branch)
