"""What all parts of the spec share: they are frozen and know where they were written."""

from __future__ import annotations

from typing import Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    PrivateAttr,
    model_validator,
)

from adkconf.config.diagnostics import Diagnostic, Severity, diagnostic
from adkconf.config.located import Place, Step, find_place, place_of
from adkconf.config.span import Span


class Section(BaseModel):
    """A part of the app as it was written.

    Fields that were left out hold their default; `given` returns the others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    _data: Any = PrivateAttr(default=None)

    @model_validator(mode="wrap")
    @classmethod
    def _keep_places(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        made = handler(data)
        if not isinstance(data, cls):
            made._data = data
        return made

    @property
    def at(self) -> Span:
        """Where the section is written."""
        return self._place().at

    @property
    def path(self) -> str:
        """The way to the section from the top of the app: `root_agent.tools[0]`."""
        return self._place().path

    def span_of(self, *steps: Step, key: bool = False) -> Span:
        """Returns where a field, or what `steps` lead to below it, is written.

        The nearest place above it if it is not written. With `key`, the place of its key.
        """
        return self._place(steps, key=key).at

    def diagnostic(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        steps: tuple[Step, ...] = (),
        key: bool = False,
        severity: Severity = "error",
    ) -> Diagnostic:
        """Makes the diagnostic of a problem with this section, or with what `steps` lead to."""
        place = self._place(steps, key=key)
        return diagnostic(place.at, code, message, hint=hint, path=place.path, severity=severity)

    def written(self) -> Any:
        """Returns the data that the section was made of, which knows its places."""
        return self._data

    def given(self) -> dict[str, Any]:
        """Returns the fields that were written, with their values."""
        return {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name in self.model_fields_set
        }

    def _place(self, steps: tuple[Step, ...] = (), *, key: bool = False) -> Place:
        return find_place(self._data, steps, key=key) or place_of(self._data) or Place()
