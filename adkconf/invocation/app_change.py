"""Whether the app is still the one that a paused run waits for."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from adkconf.apps.resumability_config import ResumabilityConfig
from adkconf.errors import AppChangedError
from adkconf.events.event import Event

logger = logging.getLogger("adkconf.runs")

# Of the prefix that servers hide from clients and take from nobody.
_VERSION_KEY = "__adk_internal_app_version"


def mark_version(config: ResumabilityConfig | None) -> dict[str, Any] | None:
    """Returns the metadata by which a run's message tells which app took it."""
    version = config.app_version if config is not None and config.is_resumable else None
    return None if version is None else {_VERSION_KEY: version}


def check_version(
    config: ResumabilityConfig | None, events: Sequence[Event], invocation_id: str
) -> None:
    """Does what the app wants when a run goes on that another version of it took.

    Raises:
        AppChangedError: it wants such runs to be refused.
    """
    mine = mark_version(config)
    if config is None or mine is None or config.on_app_change == "allow":
        return
    marks = (
        (event.custom_metadata or {}).get(_VERSION_KEY)
        for event in reversed(events)
        if event.invocation_id == invocation_id
    )
    before = next((mark for mark in marks if mark is not None), None)
    if before in {None, mine[_VERSION_KEY]}:
        return
    if config.on_app_change == "reject":
        raise AppChangedError(
            f"invocation {invocation_id!r} was paused by another version of this app and cannot "
            "go on: start a new one, or set resumability.on_app_change to 'warn' or 'allow'"
        )
    logger.warning("invocation %s goes on with another version of its app", invocation_id)
