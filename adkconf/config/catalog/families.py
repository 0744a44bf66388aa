"""All built-in components, by family."""

from __future__ import annotations

from adkconf.config.catalog.code_executors import CODE_EXECUTORS
from adkconf.config.catalog.models import MODELS
from adkconf.config.catalog.planners import PLANNERS
from adkconf.config.catalog.plugins import PLUGINS
from adkconf.config.catalog.services import (
    ARTIFACT_SERVICES,
    CREDENTIAL_SERVICES,
    MEMORY_SERVICES,
    SESSION_SERVICES,
)
from adkconf.config.catalog.tools import TOOLS
from adkconf.config.spec.component import Catalog, Family

CATALOGS: dict[Family, Catalog] = {
    catalog.family: catalog
    for catalog in (
        PLUGINS,
        TOOLS,
        MODELS,
        PLANNERS,
        CODE_EXECUTORS,
        SESSION_SERVICES,
        ARTIFACT_SERVICES,
        MEMORY_SERVICES,
        CREDENTIAL_SERVICES,
        Catalog("code"),
    )
}
