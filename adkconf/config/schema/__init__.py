"""The JSON schema of the language."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.config.schema.generate import json_schema as json_schema
    from adkconf.config.schema.generate import schema_text as schema_text
    from adkconf.config.schema.project import project_schema as project_schema
    from adkconf.config.schema.project import project_schema_text as project_schema_text

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "json_schema": "adkconf.config.schema.generate",
        "project_schema": "adkconf.config.schema.project",
        "project_schema_text": "adkconf.config.schema.project",
        "schema_text": "adkconf.config.schema.generate",
    },
)
