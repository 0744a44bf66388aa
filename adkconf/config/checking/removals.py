"""Finds keys that a profile or another layer removes though no app can have them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from adkconf.config.checking.compiled import outline
from adkconf.config.located import join_path
from adkconf.config.nodes import Mapping
from adkconf.config.problems import Problems
from adkconf.config.resolving.merge import is_null
from adkconf.config.schema.forms import Schema
from adkconf.config.suggestion import did_you_mean, shorten


def check_removals(changes: Mapping, problems: Problems, path: str = "") -> None:
    """Notes unknown keys that are null: merging drops them, so that no later check sees them.

    `path` leads to the changes: a profile, or a file that extends another one.
    """
    _check(changes, [outline().schema], problems, path)


def _check(changes: Mapping, schemas: list[Schema], problems: Problems, path: str) -> None:
    forms = [form for schema in schemas for form in _forms(schema)]
    for key, entry in changes.entries.items():
        below = [found for form in forms for found in _below(form, key)]
        if not below and is_null(entry.node):
            known = {name for form in forms for name in form.get("properties", {})}
            hint = did_you_mean(key, known)
            message = f"unknown key {shorten(key)}"
            problems.add(entry.key_span, "E201", message, hint=hint, path=join_path(path, key))
        elif isinstance(entry.node, Mapping):
            _check(entry.node, below, problems, join_path(path, key))


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
