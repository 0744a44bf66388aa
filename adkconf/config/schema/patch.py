"""The schema of profiles: the app's own, with nothing required and null to remove a key."""

from __future__ import annotations

from typing import Any

from adkconf.config.schema.forms import DEFINITIONS

Schema = dict[str, Any]

PROFILE = "Profile"
NOT_IN_PROFILES = ("schema", "extends", "profiles")
_PATCHED = (
    *("ServicesSpec", "RunSpec", "EnvSpec", "TrustSpec"),
    *("ServerSpec", "AuthSpec", "JwtSpec", "LimitsSpec"),
)
_SUFFIX = "Patch"


def patch_definitions(schema: Schema) -> Schema:
    """Returns the definitions that profiles need: of the app, and of the maps in it."""
    definitions = schema["$defs"]
    patched = {name + _SUFFIX: _patch(definitions[name]) for name in _PATCHED}
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
        if key not in ("required", "dependentRequired")
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
    name = str(form.get("$ref", "")).removeprefix(DEFINITIONS)
    return {**form, "$ref": f"{DEFINITIONS}{name}{_SUFFIX}"} if name in _PATCHED else form
