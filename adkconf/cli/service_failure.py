"""What is told of a service that failed: the line that names it, too."""

from __future__ import annotations

from adkconf.builder.assembly import checked_spec, failure
from adkconf.builder.problems import NOT_OPENED
from adkconf.config.loaded import Loaded
from adkconf.config.spec.component import Family
from adkconf.errors import BuildError


def service_failure(
    loaded: Loaded, family: Family, message: str, *, code: str = NOT_OPENED, hint: str = ""
) -> BuildError:
    """Returns the error to raise for a service that cannot be used, or not any more."""
    spec = checked_spec(loaded)
    found = spec.diagnostic(code, message, hint=hint, steps=("services", family))
    return failure(loaded, [found], loaded.files)
