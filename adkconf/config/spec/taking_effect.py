"""When a change of each key takes effect on a server that runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Effect = Literal["reload", "live", "start", "check"]

# - `reload`: the app is built anew, and the next runs are on it.
# - `live`: a reload takes it over, and the app stays the same.
# - `start`: the server reads it once, when it starts.
# - `check`: only checks of the file read it.
_EFFECTS: dict[str, Effect] = {
    "apps": "start",
    "cache": "reload",
    "compaction": "reload",
    "engine": "reload",
    "env.files": "reload",
    "env.required": "check",
    "extends": "check",
    "models": "reload",
    "name": "reload",
    "plugins": "reload",
    "profiles": "check",
    "resumability": "reload",
    "root_agent": "reload",
    "run": "reload",
    "schema": "check",
    "server.allow_hosts": "start",
    "server.allow_origins": "start",
    "server.auth": "live",
    "server.client_state": "live",
    "server.drain_seconds": "start",
    "server.host": "start",
    "server.limits": "live",
    "server.log_format": "start",
    "server.max_body_bytes": "start",
    "server.metrics": "start",
    "server.on_disconnect": "start",
    "server.page": "start",
    "server.port": "start",
    "server.resume_seconds": "start",
    "server.workers": "start",
    "services": "reload",
    "tests": "check",
    "trust": "check",
}

LIVE_SERVER_KEYS = {
    key.removeprefix("server.")
    for key, effect in _EFFECTS.items()
    if key.startswith("server.") and effect == "live"
}


def effect_of(steps: Sequence[str | int]) -> Effect:
    """Returns when a change of what `steps` lead to takes effect.

    Raises:
        KeyError: the language has no such key.
    """
    top = str(steps[0])
    return _EFFECTS[top] if top in _EFFECTS else _EFFECTS[f"{top}.{steps[1]}"]
