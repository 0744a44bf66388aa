"""The runtime that an app is built out of.

Both runtimes have mostly the same classes at the same addresses below their package. Nothing else
in the builder names the package; what is different in google-adk is in `google_adk`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from adkconf.agents.run_config import RunConfig
from adkconf.builder.problems import NOT_SUPPORTED, Fault


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Engine:
    """A runtime by the name that the configuration language has for it.

    `locate` leads from an address, such as `agents.llm_agent:LlmAgent`, to where the runtime has
    that. `adopt_model` makes a model, or the name of one, what its agents take; `lend_model` makes
    of that what adkconf's callers take. `check_run_config` raises if its runs cannot be configured
    so.
    """

    name: str
    locate: Callable[[str], str]
    adopt_model: Callable[[Any], Any] = _as_it_is
    lend_model: Callable[[Any], Any] = _as_it_is
    check_run_config: Callable[[RunConfig], object] = _as_it_is

    def get(self, address: str) -> Any:
        """Imports what an address names.

        Raises:
            Fault: the runtime does not have it.
        """
        place, _, name = self.locate(address).partition(":")
        try:
            return getattr(import_module(place), name)
        except (AttributeError, ModuleNotFoundError) as error:
            if isinstance(error, ModuleNotFoundError) and not f"{place}.".startswith(
                f"{error.name}."
            ):
                raise
            raise Fault(
                NOT_SUPPORTED,
                f"the engine {self.name!r} has no {name}",
                hint="leave it out, or use another engine",
            ) from error


ADKCONF = Engine("adkconf", "adkconf.{}".format)


def is_google_adks(value: Any) -> bool:
    """Tells whether an object, or a class, is of google-adk's; it need not be installed."""
    return _is_of("google.adk", value)


def stranger_hint(value: Any, kind: type) -> str:
    """Says how to mend that an object is of another engine than the kind it should be."""
    if is_google_adks(value) and not is_google_adks(kind):
        return (
            "it is google-adk's; write `engine: google-adk`, "
            "or import the same name from adkconf instead"
        )
    if is_google_adks(kind) and _is_of("adkconf", value):
        return "it is adkconf's; with `engine: google-adk` import the same name from google.adk"
    return ""


def _is_of(package: str, value: Any) -> bool:
    kind = value if isinstance(value, type) else type(value)
    return any(f"{base.__module__}.".startswith(f"{package}.") for base in kind.__mro__)
