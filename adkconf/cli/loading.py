"""Reads the app that a command is about."""

from __future__ import annotations

from adkconf.builder.environment import real_environment
from adkconf.cli.options import AppSource
from adkconf.config.loaded import Loaded
from adkconf.config.loading import load
from adkconf.config.spec.app import AppSpec
from adkconf.errors import BuildError


def load_app(source: AppSource) -> Loaded:
    """Reads the file of an app, as it and the environment are now."""
    return load(
        source.file,
        profile=source.profile,
        overrides=source.overrides,
        environ=real_environment(),
    )


def sound_spec(loaded: Loaded) -> AppSpec:
    """Returns the spec of a file that is only looked at.

    Raises:
        BuildError: there is none; `diagnostics` tells why.
    """
    if loaded.spec is None:
        raise BuildError(
            "the file is wrong",
            diagnostics=loaded.diagnostics,
            files=loaded.files,
            sources=loaded.sources,
        )
    return loaded.spec
