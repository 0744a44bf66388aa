"""The JSON schema of the language, generated from the spec and the catalogs."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic.alias_generators import to_camel

from adkconf.config.schema.definitions import Definitions
from adkconf.config.schema.documentation import field_documents
from adkconf.config.schema.fields import object_schema
from adkconf.config.schema.forms import DEFINITIONS, Schema
from adkconf.config.schema.patch import PROFILE, patch_definitions
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.section import Section

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def checking_schema() -> Schema:
    """Returns the schema that files are checked with: no documentation, profiles unchecked.

    Its definitions are made when they are asked for.
    """
    definitions = Definitions()
    app = object_schema(AppSpec, definitions.meet)
    app["patternProperties"] = {"^x-": {"description": "Anything: a place for anchors."}}
    app["title"] = "adkconf app"
    for switch in ("resumability", "cache"):
        app["properties"][switch]["anyOf"].append({"type": "boolean"})
    return {"$schema": DIALECT, **app, "$defs": definitions}


def json_schema() -> dict[str, Any]:
    """Returns the published schema, for editors; make changes to your own copy only."""
    checking = checking_schema()
    complete = {**checking, "$defs": dict(checking["$defs"])}
    schema: Schema = json.loads(json.dumps(complete))
    for model in _all_models():
        target = schema if model is AppSpec else schema["$defs"].get(model.__name__)
        if target is not None:
            _document(target, model)
    schema["$defs"] |= patch_definitions(schema)
    profiles = schema["properties"]["profiles"]
    profiles["additionalProperties"] = {"$ref": f"{DEFINITIONS}{PROFILE}"}
    published: Schema = _without_marks(schema)
    return published


def schema_text() -> str:
    """Returns the published schema as the text of a file."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _all_models() -> list[type[Section]]:
    found: list[type[Section]] = []
    pending: list[type[Section]] = [Section]
    while pending:
        children = pending.pop().__subclasses__()
        found += children
        pending += children
    return found


def _document(target: Schema, model: type[Section]) -> None:
    documents = field_documents(model)
    for name, field in model.model_fields.items():
        text = documents.get(name, "")
        keys = {name, to_camel(name), field.alias or name, name.removesuffix("s")}
        for key in keys & target.get("properties", {}).keys():
            prop = target["properties"][key]
            target["properties"][key] = {"title": key, "description": text, **prop}


def _without_marks(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_marks(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    marks = ("x-kind", "x-by")
    return {key: _without_marks(value) for key, value in schema.items() if key not in marks}
