"""What of a run's configuration is left to requests."""

from __future__ import annotations

from collections.abc import Collection

from adkconf.agents.run_config import RunConfig
from adkconf.config.spec.run import RunSpec

# They hold the address that models are called at, with the app's key: only who names them here
# knows what that means.
_NOT_IN_ALL = {"http_options"}


def request_options(run: RunSpec) -> Collection[str]:
    """Returns the names of the options that a request may set."""
    if run.per_request == "none":
        return ()
    if run.per_request == "all":
        return RunConfig.model_fields.keys() - _NOT_IN_ALL
    return run.per_request
