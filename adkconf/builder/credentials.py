"""Credentials as they are written, as tools and nodes take them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from adkconf.builder.arguments import value_fault
from adkconf.builder.components import Components
from adkconf.builder.problems import WRONG_ARGUMENT, Fault
from adkconf.config.spec.auth import AuthConfigSpec
from adkconf.config.spec.component import ComponentSpec

# Tools that take scheme, credential and key in one `AuthConfig`.
WITH_CONFIG = ("AuthenticatedFunctionTool",)
CONFIG_FIELDS = {
    "auth_scheme": "auth_scheme",
    "auth_credential": "raw_auth_credential",
    "credential_key": "credential_key",
}


def with_credential(spec: ComponentSpec, components: Components) -> dict[str, Any]:
    """Returns the arguments of a built-in tool with its credential as the tool takes it.

    Raises:
        Fault: the text of a service account's key is none, or something does not fit together.
    """
    made = dict(spec.args)
    try:
        made |= _credential("auth_credential", made, components)
        if spec.name in WITH_CONFIG:
            fields = {CONFIG_FIELDS[name]: made.pop(name) for name in CONFIG_FIELDS if name in made}
            made["auth_config"] = _auth_config(fields, components)
    except Fault as fault:
        fault.steps = spec.arg_steps(*fault.steps)
        raise
    return made


def auth_config(spec: AuthConfigSpec, components: Components) -> Any:
    """Returns the `AuthConfig` that is written.

    Raises:
        Fault: as above; its steps lead from the section.
    """
    given = spec.given()
    return _auth_config(
        {**given, **_credential("raw_auth_credential", given, components)}, components
    )


def _auth_config(fields: Mapping[str, Any], components: Components) -> Any:
    plain = {name: components.plain(value) for name, value in fields.items()}
    try:
        return components.engine.get("auth.auth_tool:AuthConfig")(**plain)
    except ValidationError as error:
        fault = value_fault(error)
        # The way goes on through the runtime's models, which nobody has written.
        fault.steps = ()
        raise fault from error


def _credential(
    field: str, given: Mapping[str, Any], components: Components
) -> dict[str, dict[str, Any]]:
    """Returns the field, if it was written, with the text of a key file read."""
    if given.get(field) is None:
        return {}
    credential = components.plain(given[field])
    account = credential.get("service_account") or {}
    if "service_account_credential" not in account:
        return {field: credential}
    try:
        key = json.loads(account["service_account_credential"])
    except ValueError:
        key = None
    if not isinstance(key, dict):
        # The text is secret, and so is what a parser says of it.
        raise Fault(
            WRONG_ARGUMENT,
            "service_account_credential is not the text of a key file, which is JSON",
            hint="write ${file:/path/of/the/key.json}",
            steps=(field, "service_account", "service_account_credential"),
        )
    account = {**account, "service_account_credential": key}
    return {field: {**credential, "service_account": account}}
