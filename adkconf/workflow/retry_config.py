"""How often and when a failed node is tried again."""

from __future__ import annotations

import random

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator


class RetryConfig(BaseModel):
    """Delays are in seconds; each is `backoff_factor` times the one before, up to `max_delay`.

    `max_attempts` counts the first attempt. `jitter` spreads a delay by that share of itself,
    0 turns it off. `exceptions` names the exceptions to try again after, by class or class name,
    with their subclasses; None means all.
    """

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    max_attempts: int = Field(default=5, ge=0)
    initial_delay: float = Field(default=1.0, ge=0)
    max_delay: float = Field(default=60.0, ge=0)
    backoff_factor: float = Field(default=2.0, ge=0)
    jitter: float = Field(default=1.0, ge=0)
    exceptions: list[str | type[BaseException]] | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _default_for_none(cls, value: object, info: ValidationInfo) -> object:
        """Accepts None for a number, as google-adk does, and means the default."""
        return cls.model_fields[str(info.field_name)].default if value is None else value

    def covers(self, error: Exception, attempt: int) -> bool:
        """Tells whether there is another attempt after this one, counted from 1."""
        if attempt >= self.max_attempts:
            return False
        if self.exceptions is None:
            return True
        names = {item if isinstance(item, str) else item.__name__ for item in self.exceptions}
        return any(kind.__name__ in names for kind in type(error).__mro__ if kind is not object)

    def delay_after(self, attempt: int) -> float:
        """Returns the seconds to wait after a failed attempt, counted from 1."""
        # Capped before it is spread, so that not all late attempts meet at the same moment.
        capped = min(
            self.initial_delay * self.backoff_factor ** (attempt - 1),
            self.max_delay / (1 + self.jitter),
        )
        return max(0.0, capped + random.uniform(-1, 1) * self.jitter * capped)
