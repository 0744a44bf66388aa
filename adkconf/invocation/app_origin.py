"""Which app an agent's place in the file system speaks of: `agents/my_app/agent.py` is `my_app`."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adkconf.agents.base_agent import BaseAgent

_AGENTS = "agents"

logger = logging.getLogger("adkconf.runs")


def name_hint(root: BaseAgent, app_name: str) -> str:
    """Returns what to tell somebody who misses a session; empty when the names agree.

    Logs a warning when they do not: sessions are kept under the app's name, so that a runner with
    another name does not find them.
    """
    directory = _directory(root)
    if directory is None or directory.name == app_name:
        return ""
    details = (
        f"The runner's app name is {app_name!r}, but its root agent is from {str(directory)!r}, "
        f"which speaks of the app name {directory.name!r}."
    )
    logger.warning("App name mismatch: %s", details)
    return f"{details} Give the runner app_name={directory.name!r}, or move the module."


def _directory(root: BaseAgent) -> Path | None:
    """Returns the directory below `agents` that the root agent is from, if it is from one."""
    file = _file(root)
    try:
        parts = file.resolve().relative_to(Path.cwd()).parent.parts if file else ()
    except ValueError:
        return None
    if _AGENTS not in parts[:-1]:
        return None
    end = parts.index(_AGENTS) + 2
    name = parts[end - 1]
    return None if name.startswith((".", "__")) else Path.cwd().joinpath(*parts[:end])


def _file(root: BaseAgent) -> Path | None:
    """Returns the file that has the agent as its `root_agent`, or defines its class."""
    module = next((m for m in [*sys.modules.values()] if _names(m).get("root_agent") is root), None)
    if module is None and not type(root).__module__.startswith("adkconf."):
        module = sys.modules.get(type(root).__module__)
    file = getattr(module, "__file__", None)
    return Path(file) if file else None


def _names(module: object) -> Mapping[str, Any]:
    """What a module holds; some put objects of their own in a module's place."""
    return getattr(module, "__dict__", {})
