"""Arguments and options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, TypeVar

import click

_Function = TypeVar("_Function", bound=Callable[..., Any])

SESSIONS = "services.session"

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


@dataclass(frozen=True)
class AppSource:
    """What to read an app from."""

    file: Path
    profile: str | None
    overrides: tuple[str, ...]
    sessions_option: str | None = None

    def with_sessions_at(self, uri: str | None, option: str) -> Self:
        """Returns the same app with its sessions where an option says, if it says anything."""
        if uri is None:
            return self
        overrides = (*self.overrides, f"{SESSIONS}={uri}")
        return replace(self, overrides=overrides, sessions_option=option)
