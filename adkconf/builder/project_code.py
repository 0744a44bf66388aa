"""The code of a project while its app is looked at without being served."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from adkconf.builder.assembly import directories
from adkconf.builder.environment import export
from adkconf.builder.imports import ProjectModules
from adkconf.config.loaded import Loaded


@contextmanager
def lent_code(loaded: Loaded) -> Iterator[ProjectModules]:
    """Lets the project's Python files be imported, with its variables; withdraws both behind."""
    modules = ProjectModules(directories(loaded))
    environment = export(loaded.environ)
    modules.activate()
    try:
        yield modules
    finally:
        modules.withdraw()
        export(environment)
