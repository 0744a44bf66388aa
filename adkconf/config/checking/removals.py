"""Finds keys that a profile removes though no app can have them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from adkconf.config.checking.validator import outline
from adkconf.config.located import LocatedMap, join_path
from adkconf.config.problems import Problems
from adkconf.config.schema.forms import Schema
from adkconf.config.suggestion import did_you_mean, shorten


def check_removals(profile: LocatedMap, problems: Problems) -> None:
    """Notes unknown keys that are null: merging drops them, so that no later check sees them."""
    _check(profile, [outline().schema], problems)


def _check(data: LocatedMap, schemas: list[Schema], problems: Problems) -> None:
    forms = [form for schema in schemas for form in _forms(schema)]
    for key, value in data.items():
        below = [found for form in forms for found in _below(form, key)]
        if value is None and not below:
            known = {name for form in forms for name in form.get("properties", {})}
            hint = did_you_mean(key, known)
            path = join_path(data.path, key)
            problems.add(
                data.marks[key].key, "E201", f"unknown key {shorten(key)}", hint=hint, path=path
            )
        elif isinstance(value, LocatedMap):
            _check(value, below, problems)


def _forms(schema: Schema) -> Iterator[Schema]:
    """Yields the forms of a value that are mappings."""
    schema = outline().resolve(schema)
    if "anyOf" in schema:
        for branch in schema["anyOf"]:
            yield from _forms(branch)
    elif "object" in outline().types(schema):
        yield schema


def _below(form: Schema, key: str) -> Iterator[Any]:
    """Yields the schemas of what a form has at a key; none if it does not know the key."""
    known = form.get("properties", {})
    if key in known:
        yield known[key]
    for pattern, schema in form.get("patternProperties", {}).items():
        if re.search(pattern, key):
            yield schema
    other = form.get("additionalProperties", True)
    if key not in known and other is not False:
        yield other if isinstance(other, dict) else {}
