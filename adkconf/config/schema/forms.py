"""The forms of components, agents and references, as JSON schemas.

Two keywords of our own guide the choice between the branches of an `anyOf` when a value is
checked: `x-kind` is the family of a component, `x-by` the key that tells branches apart. The
published schema goes without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adkconf.config.spec.agent import CALLBACKS
from adkconf.config.spec.component import Builtin, Catalog, NoArguments
from adkconf.config.spec.reference import REFERENCE

Schema = dict[str, Any]

DEFINITIONS = "#/$defs/"
_SERVICES = ("session", "artifact", "memory", "credential")
WITH_NAME_AND_ARGS = ("tool", "planner", "code_executor", "code")

_NULL: Schema = {"type": "null"}
_REFERENCE: Schema = {
    "type": "string",
    "pattern": REFERENCE,
    "description": "A Python object: `./file.py:object`, `package.module:object` or "
    "`package.module.object`.",
}
_NAMED: Schema = {
    "type": "object",
    "properties": {"name": {"$ref": f"{DEFINITIONS}Reference"}},
    "required": ["name"],
    "additionalProperties": False,
}
_CALLBACK: Schema = {"anyOf": [{"$ref": f"{DEFINITIONS}Reference"}, _NAMED]}
_AGENT_FILE: Schema = {
    "type": "object",
    "description": "An agent with a file of its own.",
    "properties": {
        "config_path": {
            "type": "string",
            "minLength": 1,
            "description": "The file; relative to the file that names it.",
        },
        "interpolate": {
            "type": "boolean",
            "default": False,
            "description": "Fill in `${…}` in that file too.",
        },
    },
    "required": ["config_path"],
    "additionalProperties": False,
}

FORMS: Schema = {
    "Reference": _REFERENCE,
    "Callbacks": {
        "anyOf": [*_CALLBACK["anyOf"], {"type": "array", "items": _CALLBACK}, _NULL],
    },
    "DataSchema": {
        "anyOf": [
            {"$ref": f"{DEFINITIONS}Reference"},
            _NAMED,
            {"type": "object", "description": "A JSON schema.", "not": {"required": ["name"]}},
            _NULL,
        ]
    },
    "Agent": {
        "x-by": "agent_class",
        "anyOf": [
            {
                "type": "string",
                "pattern": rf"\.ya?ml$|{REFERENCE}",
                "description": "A file, `./agent.yaml`, or a Python object.",
            },
            _AGENT_FILE,
            {"$ref": f"{DEFINITIONS}LlmAgentSpec"},
            {"$ref": f"{DEFINITIONS}SequentialAgentSpec"},
            {"$ref": f"{DEFINITIONS}ParallelAgentSpec"},
            {"$ref": f"{DEFINITIONS}LoopAgentSpec"},
            {"$ref": f"{DEFINITIONS}WorkflowSpec"},
            {"$ref": f"{DEFINITIONS}CustomAgentSpec"},
            {"$ref": f"{DEFINITIONS}CodeAgentSpec"},
        ],
    },
    "NamedReference": _CALLBACK,
    "WorkflowEdges": {
        "type": "array",
        "minItems": 1,
        "items": {"type": ["array", "object"], "description": "A chain of nodes, or an edge."},
    },
}

FORMS["WorkflowNode"] = {
    "x-by": "agent_class",
    "anyOf": [
        *FORMS["Agent"]["anyOf"],
        {"$ref": f"{DEFINITIONS}AgentNodeSpec"},
        {"$ref": f"{DEFINITIONS}FunctionNodeSpec"},
        {"$ref": f"{DEFINITIONS}JoinNodeSpec"},
        {"$ref": f"{DEFINITIONS}ToolNodeSpec"},
    ],
}


def component_forms(catalog: Catalog, definitions: Mapping[str, Schema]) -> Schema:
    """Returns all forms of a family's components; `definitions` has those of arguments."""
    builtins = catalog.builtins
    if catalog.family == "model":
        forms = [_model_name(builtins), _long_form(catalog, definitions)]
        return {"anyOf": forms, "x-kind": "model"}
    if catalog.family in _SERVICES:
        return _service_forms(catalog, definitions)
    forms = [*_short_forms(builtins), _long_form(catalog, definitions)]
    if catalog.family in WITH_NAME_AND_ARGS:
        forms.append(_name_and_args(catalog))
    return {"anyOf": forms, "x-kind": catalog.family}


def add_agent_rules(definition: Schema) -> None:
    """Adds what the models do not say: other names of keys, and keys that exclude each other."""
    properties = definition["properties"]
    exclusive = [("model", "model_code")] if "model_code" in properties else []
    for plural in CALLBACKS:
        if plural in properties:
            singular = plural.removesuffix("s")
            properties[singular] = properties[plural]
            exclusive.append((plural, singular))
    definition["dependentSchemas"] = {
        first: {"properties": {second: {"not": {}}}} for first, second in exclusive
    }


def needs_arguments(builtin: Builtin) -> bool:
    """Tells whether a component cannot be written by its bare name."""
    extra = builtin.arguments.model_config.get("json_schema_extra")
    chosen = isinstance(extra, dict) and "then" in extra  # one of several keys is needed
    return chosen or any(f.is_required() for f in builtin.arguments.model_fields.values())


def _model_name(builtins: Any) -> Schema:
    names = [name for name, builtin in builtins.items() if not needs_arguments(builtin)]
    return {
        "type": "string",
        "minLength": 1,
        "examples": [*names, "gemini-2.5-flash"],
        "description": "A model's name, a name of `models`, or a Python class: `./file.py:Class`.",
    }


def _short_forms(builtins: Any) -> list[Schema]:
    bare = [name for name, builtin in builtins.items() if not needs_arguments(builtin)]
    reference = {"$ref": f"{DEFINITIONS}Reference"}
    return [{"type": "string", "enum": bare}, reference] if bare else [reference]


def _long_form(catalog: Catalog, definitions: Mapping[str, Schema]) -> Schema:
    properties = {
        name: {"description": builtin.summary, "anyOf": _argument_forms(builtin, definitions)}
        for name, builtin in catalog.builtins.items()
        if catalog.family not in _SERVICES
    }
    return {
        "x-kind": catalog.family,
        "type": "object",
        "properties": properties,
        "patternProperties": {REFERENCE: {"description": "Arguments of the Python object."}},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def _argument_forms(builtin: Builtin, definitions: Mapping[str, Schema]) -> list[Schema]:
    forms: list[Schema] = [{"$ref": f"{DEFINITIONS}{builtin.arguments.__name__}"}]
    if builtin.main is not None:
        properties = definitions[builtin.arguments.__name__]["properties"]
        forms.append(properties[builtin.main])
    if not needs_arguments(builtin):
        forms.append(_NULL)
    return forms


def _name_and_args(catalog: Catalog) -> Schema:
    """google-adk's form; which arguments are right depends on the name."""
    builtins = catalog.builtins
    conditions = [
        {
            "if": {"properties": {"name": {"const": name}}, "required": ["name"]},
            "then": {
                "properties": {"args": {"$ref": f"{DEFINITIONS}{builtin.arguments.__name__}"}},
                "required": ["name", "args"] if needs_arguments(builtin) else ["name"],
            },
        }
        for name, builtin in builtins.items()
        if builtin.arguments is not NoArguments
    ]
    without = [name for name, entry in builtins.items() if entry.arguments is NoArguments]
    if without:
        condition = {"properties": {"name": {"enum": without}}, "required": ["name"]}
        conditions.append({"if": condition, "then": {"properties": {"args": {"maxProperties": 0}}}})
    names: list[Schema] = [{"$ref": f"{DEFINITIONS}Reference"}]
    if builtins:
        names.insert(0, {"type": "string", "enum": list(builtins)})
    schema: Schema = {
        "type": "object",
        "properties": {
            "name": {
                "anyOf": names,
                "description": "The component.",
                "x-kind": catalog.family,
            },
            "args": {"type": ["object", "null"], "description": "Its arguments."},
        },
        "required": ["name"],
        "additionalProperties": False,
    }
    return {**schema, "allOf": conditions} if conditions else schema


def _needs_block(builtin: Builtin) -> bool:
    """Tells whether a URI alone does not say enough about a service."""
    fields = builtin.arguments.model_fields.items()
    return any(field.is_required() for name, field in fields if name != "uri")


def _service_forms(catalog: Catalog, definitions: Mapping[str, Schema]) -> Schema:
    alone = [name for name, builtin in catalog.builtins.items() if not _needs_block(builtin)]
    schemes = "|".join(alone)
    uri = {
        "type": "string",
        "pattern": rf"^({schemes})(\+\w+)?://",
        "examples": [f"{scheme}://" for scheme in alone],
        "description": "A URI.",
    }
    with_options = []
    for scheme, builtin in catalog.builtins.items():
        arguments = definitions[builtin.arguments.__name__]
        of_scheme = {"type": "string", "pattern": rf"^{scheme}(\+\w+)?://"}
        properties = {**arguments["properties"], "uri": of_scheme}
        with_options.append({**arguments, "description": builtin.summary, "properties": properties})
    reference = {"$ref": f"{DEFINITIONS}Reference"}
    forms = [uri, reference, *with_options, _long_form(catalog, definitions)]
    return {"anyOf": forms, "x-by": "uri", "x-kind": catalog.family}
