"""Checks JSON schemas that are written in the file."""

from __future__ import annotations

from itertools import islice

from adkconf.config.problems import Problems
from adkconf.config.spec.section import Section

_FIELDS = ("input_schema", "output_schema", "state_schema")
# One of them is told.
_ENOUGH = 20


def check_data_schemas(section: Section, problems: Problems) -> None:
    """Notes what is wrong with the schemas of a section."""
    fields = vars(section)
    schemas = {name: fields[name] for name in _FIELDS if isinstance(fields.get(name), dict)}
    if not schemas:
        return
    # Takes a while, and few apps have schemas.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    for name, schema in schemas.items():
        meta = Draft202012Validator(Draft202012Validator.META_SCHEMA)
        if (error := best_match(islice(meta.iter_errors(schema), _ENOUGH))) is not None:
            steps = (name, *error.absolute_path)
            message = f"this is no JSON schema: {error.message}"
            hint = "see json-schema.org, or refer to a pydantic model: './schemas.py:Question'"
            problems.take(section.diagnostic("E206", message, hint=hint, steps=steps))
        elif name == "state_schema" and not schema.get("properties"):
            message = "a state_schema needs properties: the keys of the state"
            hint = "write {type: object, properties: {key: {type: string}}}"
            problems.take(section.diagnostic("E202", message, hint=hint, steps=(name,)))
