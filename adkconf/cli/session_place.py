"""Where the sessions of an app are written to be, for errors that tell of that place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Self

from adkconf.builder.assembly import checked_spec
from adkconf.builder.problems import NOT_USABLE
from adkconf.cli.loading import load_app
from adkconf.cli.options import SESSIONS, AppSource
from adkconf.cli.service_failure import service_failure
from adkconf.config.diagnostics import Diagnostic
from adkconf.config.loaded import Loaded
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.component import ServiceSpec
from adkconf.errors import BuildError, ServiceError

_OVERRIDE = f"--set {SESSIONS}"


@dataclass(frozen=True)
class SessionPlace:
    """The line of a file, or the option of a command, that names the session service."""

    loaded: Loaded
    spec: AppSpec
    option: str | None

    @classmethod
    def read(cls, source: AppSource) -> Self:
        """Reads the app.

        Raises:
            BuildError: something is wrong with it.
        """
        with _naming(source.sessions_option):
            loaded = load_app(source)
            return cls(loaded, checked_spec(loaded), source.sessions_option)

    @property
    def written(self) -> ServiceSpec | None:
        """The session service as it is written."""
        return self.spec.services.session

    def refusal(self, message: str, hint: str) -> BuildError:
        """Returns the error that this place cannot be used."""
        return self._error(message, code=NOT_USABLE, hint=hint)

    @contextmanager
    def naming(self) -> Iterator[None]:
        """Has errors name the option that the place came from, if it came from one."""
        with _naming(self.option):
            yield

    @contextmanager
    def located(self) -> Iterator[None]:
        """Has a failure of the service name the place.

        Raises:
            BuildError: for a `ServiceError` inside.
        """
        try:
            yield
        except ServiceError as error:
            raise self._error(str(error)) from error

    def _error(self, message: str, **told: str) -> BuildError:
        error = service_failure(self.loaded, "session", message, **told)
        return error if self.option is None else _renamed(error, self.option)


@contextmanager
def _naming(option: str | None) -> Iterator[None]:
    try:
        yield
    except BuildError as error:
        if option is None:
            raise
        raise _renamed(error, option) from error


def _renamed(error: BuildError, option: str) -> BuildError:
    """Names the real option instead of the override that its value was made."""

    def named(found: Diagnostic) -> Diagnostic:
        return replace(found, file=option) if found.file == _OVERRIDE else found

    return BuildError(
        str(error).replace(_OVERRIDE, option),
        diagnostics=[named(found) for found in error.diagnostics],
        files=error.files,
        sources={
            option if name == _OVERRIDE else name: text for name, text in error.sources.items()
        },
    )
