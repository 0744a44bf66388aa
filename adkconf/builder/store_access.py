"""Services of an app without the app: its agents, tools and plugins are not imported."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adkconf.builder.assembly import checked_spec, failure
from adkconf.builder.components import Components
from adkconf.builder.engine import ADKCONF
from adkconf.builder.problems import Problems
from adkconf.builder.project_code import lent_code
from adkconf.builder.references import References
from adkconf.builder.services import ServiceMaker, Services
from adkconf.config.loaded import Loaded
from adkconf.config.spec.component import Family


@asynccontextmanager
async def opened_services(loaded: Loaded, *families: Family) -> AsyncIterator[Services]:
    """Opens services as the file describes them, and closes them behind.

    Of the project's Python files, only those that these services name are imported.

    Raises:
        BuildError: something is wrong with the file, or a service cannot be opened.
    """
    spec = checked_spec(loaded)
    problems, services = Problems(), Services()
    with lent_code(loaded) as modules:
        try:
            components = Components(ADKCONF, References(modules), problems)
            maker = ServiceMaker(components, loaded.root)
            await maker.open_all(spec.services, services, families=families)
            if problems.found:
                files = loaded.files | modules.files
                raise failure(loaded, [*loaded.diagnostics, *problems.found], files)
            yield services
        finally:
            await services.close()
