"""What is written of the tools of an HTTP API."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from adkconf.config.catalog.toolsets import ToolsetArguments
from adkconf.config.spec.auth import OptionalAuthArguments

_DOCUMENTS = ("spec", "spec_dict", "spec_str")
_AUTH: Any = OptionalAuthArguments.model_config["json_schema_extra"]


class OpenApiArguments(ToolsetArguments):
    """The operations of an HTTP API: those of the file `spec`, or of a document in the file."""

    model_config = ConfigDict(
        json_schema_extra={
            "dependentRequired": {
                # The document may bring the scheme.
                "credential_key": _AUTH["dependentRequired"]["credential_key"],
                "spec_str_type": ["spec_str"],
            },
            "dependentSchemas": {
                name: {"properties": {other: {"not": {}} for other in _DOCUMENTS if other != name}}
                for name in _DOCUMENTS
            },
            "if": {"allOf": [{"not": {"required": [name]}} for name in _DOCUMENTS[1:]]},
            "then": {"required": ["spec"]},
        }
    )

    spec: str | None = Field(default=None, min_length=1, examples=["./petstore.yaml"])
    """The file with the OpenAPI document, in YAML or JSON; relative to the file that names it."""
    spec_dict: dict[str, Any] | None = None
    """The document itself."""
    spec_str: str | None = Field(default=None, min_length=1)
    """The document as a text."""
    spec_str_type: Literal["json", "yaml"] | None = None
    """What the text is written in; unset, JSON."""
    ssl_verify: bool | str | None = None
    """False to trust every server, or a file with the certificates to trust."""
    preserve_property_names: bool = False
    """Call parameters as the document does, not in snake case."""
    allow_private_network_access: bool = False
    """Call hosts that are not of the public network: this machine, the company's own."""
