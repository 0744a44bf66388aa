"""The JSON schema of the language, generated from the spec and the catalogs."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic.alias_generators import to_camel

from adkconf.config.catalog.families import CATALOGS
from adkconf.config.schema.documentation import field_documents
from adkconf.config.schema.fields import definition_name, definitions_of
from adkconf.config.schema.forms import (
    DEFINITIONS,
    FORMS,
    add_agent_rules,
    component_forms,
)
from adkconf.config.schema.patch import PROFILE, patch_definitions
from adkconf.config.spec.agent import (
    AgentNodeSpec,
    AgentSpec,
    CodeAgentSpec,
    CustomAgentSpec,
    LlmAgentSpec,
    LoopAgentSpec,
    ParallelAgentSpec,
    SequentialAgentSpec,
    WorkflowSpec,
)
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.component import Builtin, Catalog
from adkconf.config.spec.generation import GenerateContentConfigSpec
from adkconf.config.spec.section import Section
from adkconf.config.spec.workflow import FunctionNodeSpec, JoinNodeSpec, ToolNodeSpec

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_AGENTS: tuple[type[Section], ...] = (
    LlmAgentSpec,
    SequentialAgentSpec,
    ParallelAgentSpec,
    LoopAgentSpec,
    WorkflowSpec,
    CustomAgentSpec,
    CodeAgentSpec,
    AgentNodeSpec,
    FunctionNodeSpec,
    JoinNodeSpec,
    ToolNodeSpec,
)

Schema = dict[str, Any]


@cache
def checking_schema() -> Schema:
    """Returns the schema that files are checked with: no documentation, profiles unchecked."""
    definitions = definitions_of([AppSpec, *_AGENTS, *_argument_models()])
    for agent in _AGENTS:
        if issubclass(agent, AgentSpec):
            add_agent_rules(definitions[agent.__name__])
    _add_camel_case(definitions[GenerateContentConfigSpec.__name__])
    forms = {
        definition_name(family): component_forms(catalog, definitions)
        for family, catalog in CATALOGS.items()
    }
    app = definitions.pop("AppSpec")
    app["patternProperties"] = {"^x-": {"description": "Anything: a place for anchors."}}
    app["title"] = "adkconf app"
    for switch in ("resumability", "cache"):
        app["properties"][switch]["anyOf"].append({"type": "boolean"})
    return {"$schema": DIALECT, **app, "$defs": _joined(definitions, forms, FORMS)}


def json_schema() -> dict[str, Any]:
    """Returns the published schema, for editors; make changes to your own copy only."""
    schema: Schema = json.loads(json.dumps(checking_schema()))
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


def _joined(*groups: Schema) -> Schema:
    """Returns all definitions.

    Raises:
        ValueError: two have the same name.
    """
    joined: Schema = {}
    for group in groups:
        if twice := joined.keys() & group.keys():
            raise ValueError(f"several definitions are called {', '.join(sorted(twice))}")
        joined |= group
    return joined


def _add_camel_case(definition: Schema) -> None:
    """Adds the other spelling of each key, which editors need not propose."""
    properties = definition["properties"]
    others = {name: to_camel(name) for name in properties if name != to_camel(name)}
    properties |= {
        other: {**properties[name], "doNotSuggest": True} for name, other in others.items()
    }
    definition["dependentSchemas"] = {
        name: {"properties": {other: {"not": {}}}} for name, other in others.items()
    }


def _argument_models() -> list[type[Section]]:
    builtins = (builtin for catalog in CATALOGS.values() for builtin in _distinct(catalog))
    return list(dict.fromkeys(builtin.arguments for builtin in builtins))


def _distinct(catalog: Catalog) -> list[Builtin]:
    return list({builtin.name: builtin for builtin in catalog.builtins.values()}.values())


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
