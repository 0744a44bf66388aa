"""What each change of an app costs while the app is served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from adkconf.config.spec.taking_effect import Effect, effect_of
from adkconf.inspection.comparison import Difference

Impact = Literal["data at risk", "restart", "new generation", "in place"]

# The worst first.
IMPACTS: tuple[Impact, ...] = ("data at risk", "restart", "new generation", "in place")


@dataclass(frozen=True)
class Consequence:
    """What a change costs, and why.

    - `in place`: the app that is built stays the same.
    - `new generation`: a reload builds the app anew; runs under way finish on the old one.
    - `restart`: only a restart of the server takes it over.
    - `data at risk`: what was stored is not found any more, cannot be used, or is less safe.
    """

    impact: Impact
    reason: str


_NEXT_RUN = Consequence(
    "new generation", "the next run is on the new app; runs under way finish on the old one"
)
_NEW_APP_NAME = Consequence(
    "data at risk",
    "sessions, artifacts and memories are kept under the app's name; the old ones are not found",
)
_NEW_MODEL = Consequence("new generation", "the next call goes to the other model")
_NEW_ENGINE = Consequence("new generation", "the app is built out of the other runtime")
_NEW_FILES = Consequence("new generation", "the app's code may read other variables")
_NOT_RESUMED = Consequence("data at risk", "runs that are paused cannot go on")
_PAUSED_THERE = Consequence("data at risk", "runs that are paused there cannot go on")
_LESS_DURABLE = Consequence("data at risk", "a power failure may undo the last turns")
_ELSEWHERE = Consequence(
    "data at risk", "what is stored is looked for elsewhere; it stays where it was"
)
_NOT_DECRYPTED = Consequence(
    "data at risk", "what is encrypted with a key that is left out cannot be read"
)
_DELETED = Consequence("data at risk", "sessions are deleted after another time")
_REOPENED = Consequence("new generation", "the service is opened anew; what is stored stays")
_AGENT_GONE = Consequence(
    "new generation", "conversations that are with this agent go on with the root agent"
)
_OTHER_KEY = Consequence(
    "new generation", "what sessions have in their state under the old key stays there"
)

_BY_EFFECT: dict[Effect, Consequence] = {
    "check": Consequence("in place", "only checks read it; the app stays the same"),
    "live": Consequence("in place", "a reload takes it over at once; the app stays the same"),
    "reload": _NEXT_RUN,
    "start": Consequence("restart", "the server reads it once, when it starts"),
}
_BY_KEY = {"name": _NEW_APP_NAME, "engine": _NEW_ENGINE, "models": _NEW_MODEL}
# Of other options, as those of components in Python, nobody knows what they do.
SERVICE_OPTIONS = {
    "access_key_id": _REOPENED,
    "base_url": _ELSEWHERE,
    "endpoint_url": _ELSEWHERE,
    "express_mode_api_key": _REOPENED,
    "key": _NOT_DECRYPTED,
    "location": _ELSEWHERE,
    "max_bytes": _REOPENED,
    "max_overflow": _REOPENED,
    "pool_pre_ping": _REOPENED,
    "pool_recycle": _REOPENED,
    "pool_size": _REOPENED,
    "pool_timeout": _REOPENED,
    "project": _ELSEWHERE,
    "region": _ELSEWHERE,
    "secret_access_key": _REOPENED,
    "service_account_info": _REOPENED,
    "session_token": _REOPENED,
    "similarity_top_k": _REOPENED,
    "synchronous": _REOPENED,
    "ttl": _DELETED,
    "uri": _ELSEWHERE,
    "vector_distance_threshold": _REOPENED,
}
# Where runs are paused, by name.
_PLACES = ("nodes", "sub_agents", "tools")


def consequence(difference: Difference, *, resumable: bool = False) -> Consequence:
    """Returns what a change costs; `resumable` tells whether the old app may have paused runs."""
    steps = difference.steps
    if steps[:2] == ("env", "files"):
        return _NEW_FILES
    match steps[0]:
        case "services":
            return _of_service(difference)
        case "resumability":
            return _NOT_RESUMED if difference.old == "true" else _NEXT_RUN
        case "root_agent":
            return _of_agent(difference, resumable)
        case top:
            return _BY_KEY.get(str(top)) or _BY_EFFECT[effect_of(steps)]


def _of_service(difference: Difference) -> Consequence:
    option = str(difference.steps[2]) if len(difference.steps) > 2 else ""
    if option == "synchronous" and difference.new == "NORMAL":
        return _LESS_DURABLE
    return SERVICE_OPTIONS.get(option, _ELSEWHERE)


def _of_agent(difference: Difference, resumable: bool) -> Consequence:
    steps = difference.steps
    gone = difference.kind == "removed" and len(steps) > 1 and steps[-2] in _PLACES
    replaced = difference.kind in ("removed", "changed") and steps[-1] in _PLACES
    if resumable and (gone or replaced or steps[-1] in ("name", "agent_class")):
        return _PAUSED_THERE
    if gone and steps[-2] == "sub_agents":
        return _AGENT_GONE
    if steps[-1] == "output_key":
        return _OTHER_KEY
    return _NEW_MODEL if "model" in steps or "model_code" in steps else _NEXT_RUN
