"""Checks JSON schemas that are written in the file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from adkconf.config.checking.outline import ALL_TYPES
from adkconf.config.located import Step
from adkconf.config.problems import Problems
from adkconf.config.spec.section import Section
from adkconf.config.suggestion import did_you_mean, shorten

_FIELDS = ("input_schema", "output_schema", "state_schema")
# One of them is told.
_ENOUGH = 20
_HINT = "see json-schema.org, or refer to a pydantic model: './schemas.py:Question'"


@dataclass(frozen=True)
class _Fault:
    """What is wrong in a schema, and the way to it."""

    message: str
    path: tuple[Step, ...]
    hint: str


def check_data_schemas(section: Section, problems: Problems) -> None:
    """Notes what is wrong with the schemas of a section."""
    fields = vars(section)
    schemas = {name: fields[name] for name in _FIELDS if isinstance(fields.get(name), dict)}
    for name, schema in schemas.items():
        # Agents often have the same schema.
        if (fault := _fault(json.dumps(schema))) is not None:
            steps = (name, *fault.path)
            message = f"this is no JSON schema: {fault.message}"
            problems.take(section.diagnostic("E206", message, hint=fault.hint, steps=steps))
        elif name == "state_schema" and not schema.get("properties"):
            message = "a state_schema needs properties: the keys of the state"
            hint = "write {type: object, properties: {key: {type: string}}}"
            problems.take(section.diagnostic("E202", message, hint=hint, steps=(name,)))


@lru_cache(maxsize=64)
def _fault(schema: str) -> _Fault | None:
    """Returns the worst that is wrong with a schema, which is written as JSON."""
    # Takes a while, and few apps have schemas.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    meta = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    error = best_match(islice(meta.iter_errors(json.loads(schema)), _ENOUGH))
    if error is None:
        return None
    path = tuple(error.absolute_path)
    if error.validator == "anyOf" and path[-1:] == ("type",) and isinstance(error.instance, str):
        message = f"there is no type {shorten(error.instance)}"
        return _Fault(message, path, did_you_mean(error.instance, ALL_TYPES) or _HINT)
    return _Fault(error.message, path, _HINT)
