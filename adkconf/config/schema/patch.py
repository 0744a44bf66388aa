"""The schema of profiles: the app's own, with nothing required and null to remove a key."""

from __future__ import annotations

from typing import Any

from adkconf.config.schema.forms import DEFINITIONS

Schema = dict[str, Any]

PROFILE = "Profile"
NOT_IN_PROFILES = ("schema", "extends", "profiles")
_PATCHED = (
    *("ServicesSpec", "RunSpec", "EnvSpec", "TrustSpec"),
    *("CompactionSpec", "SummarizerSpec", "ResumabilitySpec", "CacheSpec"),
    *("ServerSpec", "AuthSpec", "JwtSpec", "LimitsSpec"),
)
_SUFFIX = "Patch"
# Parts of these mean something only where they are merged over the rest.
_MERGED = ("Agent", "Model", "Session", "Artifact", "Memory", "Credential")
_AGENTS = (
    *("LlmAgentSpec", "SequentialAgentSpec", "ParallelAgentSpec", "LoopAgentSpec"),
    *("WorkflowSpec", "CustomAgentSpec", "CodeAgentSpec"),
)


def patch_definitions(schema: Schema) -> Schema:
    """Returns the definitions that profiles need: of the app, and of the maps in it."""
    definitions = schema["$defs"]
    patched = {name + _SUFFIX: _patch(definitions[name]) for name in _PATCHED}
    patched |= {name + _SUFFIX: _part(definitions, name) for name in _MERGED}
    app = {name: prop for name, prop in schema["properties"].items() if name not in NOT_IN_PROFILES}
    profile = _patch({**schema, "properties": app})
    allowed = ("type", "properties", "additionalProperties", "patternProperties")
    return {
        **patched,
        PROFILE: {
            "title": "profile",
            "description": "What is different in an environment.",
            **{key: profile[key] for key in allowed},
        },
    }


def _patch(definition: Schema) -> Schema:
    properties = {name: _or_null(prop) for name, prop in definition["properties"].items()}
    return {
        key: value
        for key, value in {**definition, "properties": properties}.items()
        if key not in ("required", "dependentRequired", "dependentSchemas", "minProperties")
    }


def _or_null(prop: Schema) -> Schema:
    annotations: Schema = {key: prop[key] for key in ("title", "description") if key in prop}
    rest = {key: value for key, value in prop.items() if key not in ("default", *annotations)}
    forms = rest["anyOf"] if rest.keys() == {"anyOf"} else [rest]
    forms = [_patched_reference(form) for form in forms]
    if {"type": "null"} not in forms:
        forms.append({"type": "null"})
    return {**annotations, "anyOf": forms}


def _patched_reference(form: Schema) -> Schema:
    if isinstance(below := form.get("additionalProperties"), dict):
        return {**form, "additionalProperties": _or_null(below)}
    name = str(form.get("$ref", "")).removeprefix(DEFINITIONS)
    known = name in _PATCHED or name in _MERGED
    return {**form, "$ref": f"{DEFINITIONS}{name}{_SUFFIX}"} if known else form


def _part(definitions: Schema, name: str) -> Schema:
    """Returns the schema of what changes in an agent or a component: any of its keys."""
    properties: Schema = {}
    for agent in _AGENTS if name == "Agent" else ():
        properties = {**definitions[agent]["properties"], **properties}
    changes: Schema = {
        "type": "object",
        "description": "What changes in it; checked when it is merged.",
        # The agent may be one that takes anything else.
        "properties": {
            key: {**_or_null(prop), "anyOf": [*_or_null(prop)["anyOf"], {}]}
            for key, prop in properties.items()
        },
    }
    return {"anyOf": [{"type": "string", "minLength": 1}, changes]}
