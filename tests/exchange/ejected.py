"""Ejects an app, imports the package, and makes it something that turns can be played with."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from adkconf.builder import Built
from adkconf.builder.environment import real_environment
from adkconf.config.loading import load
from adkconf.exchange.ejection import Ejected, eject
from adkconf.exchange.package_files import write_package

_numbers = count()


def ejection(app: Path, engine: str | None = None) -> Ejected:
    return eject(load(app, environ=real_environment()), engine)


@contextmanager
def package(app: Path) -> Iterator[Path]:
    """Yields the directory of an importable package."""
    directory = app.parent / "out" / f"ejected_{next(_numbers)}"
    ejected = ejection(app)
    write_package(ejected, app.parent, directory, force=False)
    for name in ejected.missing:
        shutil.copy(app.parent / name, directory / name)
    with on_path(directory.parent, directory.name):
        yield directory


@contextmanager
def on_path(directory: Path, package: str) -> Iterator[None]:
    """Makes a package importable, and forgets it in the end."""
    before = [*sys.path]
    sys.path.insert(0, str(directory))
    try:
        yield
    finally:
        sys.path[:] = before
        for name in [name for name in sys.modules if name.split(".")[0] == package]:
            del sys.modules[name]


def playable(directory: Path, built: Built) -> Any:
    """Imports the package; on google-adk its app runs where `built` has its own."""
    code = import_module(directory.name)
    made = import_module(f"{directory.name}.runner")
    if built.spec.engine == "adkconf":
        return SimpleNamespace(runner=made.runner, run_config=made.run_config)
    from adkconf.builder.google_adk.translation import adk_run_config

    assert made.run_config == adk_run_config(built.run_config)
    return hosted(code.app, code.root_agent, built)


def hosted(app: Any, root: Any, built: Built) -> Any:
    """Runs an app of google-adk's, or a root agent, as `built` runs its own."""
    from google.adk.apps.app import App
    from google.adk.auth.credential_service.in_memory_credential_service import (
        InMemoryCredentialService,
    )

    from adkconf.artifacts.in_memory_artifact_service import InMemoryArtifactService
    from adkconf.builder.google_adk.runner import GoogleAdkRunner
    from adkconf.memory.in_memory_memory_service import InMemoryMemoryService
    from adkconf.sessions.in_memory_session_service import InMemorySessionService

    runner = GoogleAdkRunner(
        app=app or App(name=built.spec.name, root_agent=root),
        session_service=InMemorySessionService(),
        artifact_service=InMemoryArtifactService(),
        memory_service=InMemoryMemoryService(),
        credential_service=InMemoryCredentialService(),
        on_busy="queue",
    )
    return SimpleNamespace(runner=runner, run_config=built.run_config)
