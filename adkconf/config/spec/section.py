"""What all parts of the spec share: they are frozen and know where they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationInfo,
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

    # A private attribute of pydantic's would be set up anew in each class that a class extends.
    __slots__ = ("_data",)
    if TYPE_CHECKING:
        _data: Any

    @model_validator(mode="wrap")
    @classmethod
    def _read(
        cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        made = handler(cls._fields_of(data, info))
        if made is not data:
            object.__setattr__(made, "_data", data)
        return made

    @classmethod
    def _fields_of(cls, data: Any, _info: ValidationInfo) -> Any:
        """Returns the fields that were written; for classes that have other forms to override."""
        return data

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
        return getattr(self, "_data", None)

    def __copy__(self) -> Self:
        made = super().__copy__()
        object.__setattr__(made, "_data", self.written())
        return made

    def given(self) -> dict[str, Any]:
        """Returns the fields that were written, with their values."""
        return {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name in self.model_fields_set
        }

    def _place(self, steps: tuple[Step, ...] = (), *, key: bool = False) -> Place:
        written = self.written()
        return find_place(written, steps, key=key) or place_of(written) or Place()
