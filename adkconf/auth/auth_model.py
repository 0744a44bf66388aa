"""What all auth models have in common: they keep quiet about what they hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class AuthModel(BaseModel):
    """Takes keys it does not know, and shows neither their values nor rejected input in a text."""

    model_config = ConfigDict(
        extra="allow",
        alias_generator=to_camel,
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Shows extra keys without their values: a secret may come under any name."""
        extra = self.model_extra or {}
        for name, value in super().__repr_args__():
            yield name, "…" if name in extra else value
