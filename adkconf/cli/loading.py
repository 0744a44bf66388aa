"""Reads the app that a command is about."""

from __future__ import annotations

from adkconf.builder.environment import real_environment
from adkconf.cli.options import AppSource
from adkconf.config.loaded import Loaded
from adkconf.config.loading import load


def load_app(source: AppSource) -> Loaded:
    """Reads the file of an app, as it and the environment are now."""
    return load(
        source.file,
        profile=source.profile,
        overrides=source.overrides,
        environ=real_environment(),
    )
