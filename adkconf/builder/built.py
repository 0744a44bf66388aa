"""What comes out of a build."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adkconf.agents.run_config import RunConfig
from adkconf.apps.app_runner import AppRunner
from adkconf.builder.request_options import request_options
from adkconf.builder.services import Services, close_instance
from adkconf.config.diagnostics import Diagnostic
from adkconf.config.loaded import Loaded
from adkconf.config.spec.app import AppSpec
from adkconf.sessions.pruning import prune


@dataclass(frozen=True, eq=False)
class Built:
    """An app with its services open, ready to answer.

    `app` is the App of the engine that it is built of. `run_config` is what its runs start from.
    `files` are all whose change matters, absolute: those that were read for the spec, and the
    Python files that were imported from the project. `diagnostics` are warnings. `summary_model`
    is the model of summaries, if it has one of its own. `loaded` is what it was built of.
    """

    spec: AppSpec
    app: Any
    runner: AppRunner
    run_config: RunConfig
    files: frozenset[Path]
    diagnostics: tuple[Diagnostic, ...]
    services: Services = field(repr=False)
    summary_model: Any = field(repr=False)
    loaded: Loaded = field(repr=False)

    @property
    def request_options(self) -> Collection[str]:
        """The options of runs that requests may set, by their names in RunConfig."""
        return request_options(self.spec.run)

    async def prune(self) -> int:
        """Deletes sessions that outlived `services.session_ttl`; returns how many."""
        ttl = self.spec.services.session_ttl
        if ttl is None:
            return 0
        before = time.time() - ttl
        return await prune(self.services.get("session"), self.spec.name, updated_before=before)

    async def close(self, keep: Built | None = None) -> None:
        """Closes tools, models and plugins, then the services that `keep` did not carry over.

        Raises:
            PluginError: plugins did not close; everything else did.
        """
        try:
            await self.runner.close()
        finally:
            await close_instance(self.summary_model, "the model of summaries")
            await self.services.close(keep.services if keep else None)
