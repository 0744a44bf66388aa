"""What each change of an app costs while the app is served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
_CHECKS_ONLY = Consequence("in place", "only checks read it; the app stays the same")
_RESTART = Consequence("restart", "the server reads it once, when it starts")
_NEW_APP_NAME = Consequence(
    "data at risk",
    "sessions, artifacts and memories are kept under the app's name; the old ones are not found",
)
_NOT_RESUMED = Consequence("data at risk", "runs that are paused cannot go on")
_LESS_DURABLE = Consequence("data at risk", "a power failure may undo the last turns")
_REOPENED = Consequence("new generation", "the service is opened anew; what is stored stays")
_AGENT_GONE = Consequence(
    "new generation", "conversations that are with this agent go on with the root agent"
)
_OTHER_KEY = Consequence(
    "new generation", "what sessions have in their state under the old key stays there"
)

_BY_KEY = {
    "env": _CHECKS_ONLY,
    "name": _NEW_APP_NAME,
    "schema": _CHECKS_ONLY,
    "server": _RESTART,
    "tests": _CHECKS_ONLY,
    "trust": _CHECKS_ONLY,
}
_SERVICE_OPTIONS = (
    "max_overflow",
    "pool_pre_ping",
    "pool_recycle",
    "pool_size",
    "pool_timeout",
    "synchronous",
)


def consequence(difference: Difference) -> Consequence:
    """Returns what a change costs."""
    steps = difference.steps
    top = steps[0]
    if steps[:2] == ("env", "files"):
        return Consequence("new generation", "the app's code may read other variables")
    if top == "services":
        return _of_service(difference)
    if top == "resumability":
        return _NOT_RESUMED if difference.old == "true" else _NEXT_RUN
    if top == "root_agent":
        return _of_agent(difference)
    return _BY_KEY.get(str(top), _NEXT_RUN)


def _of_service(difference: Difference) -> Consequence:
    steps = difference.steps
    option = str(steps[2]) if len(steps) > 2 else ""
    if option == "synchronous" and difference.new == "NORMAL":
        return _LESS_DURABLE
    if option in _SERVICE_OPTIONS:
        return _REOPENED
    return Consequence(
        "data at risk", "what is stored is looked for elsewhere; it stays where it was"
    )


def _of_agent(difference: Difference) -> Consequence:
    steps = difference.steps
    if difference.kind == "removed" and len(steps) > 1 and steps[-2] == "sub_agents":
        return _AGENT_GONE
    return _OTHER_KEY if steps[-1] == "output_key" else _NEXT_RUN
