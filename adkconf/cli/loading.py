"""What the commands that build an app have in common: its file, profiles and overrides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from adkconf.builder.environment import real_environment
from adkconf.config.load import load
from adkconf.config.loaded import Loaded

_Function = TypeVar("_Function", bound=Callable[..., Any])

app_file = click.argument("file", type=click.Path(path_type=Path))


def overlays(command: _Function) -> _Function:
    """Adds the options that change what the file says."""
    profile = click.option(
        "--profile",
        metavar="NAME",
        help="Merge this profile of the file over it.",
    )
    override = click.option(
        "--set",
        "overrides",
        multiple=True,
        metavar="KEY=VALUE",
        help="Set one value, like run.max_llm_calls=3; may be given several times.",
    )
    return profile(override(command))


def load_app(file: Path, profile: str | None, overrides: tuple[str, ...]) -> Loaded:
    """Reads the file of an app, as the environment is now."""
    return load(file, profile=profile, overrides=overrides, environ=real_environment())
