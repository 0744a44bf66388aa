"""What is said of a kind of mistake, whoever makes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """What a code means: its cause, a small example of it, and the fix.

    If it `is_shape`, the JSON schema says it too, so that editors show it; except what is `beyond`
    the schema.
    """

    id: str
    title: str
    cause: str
    example: str
    fix: str
    beyond: str = ""

    @property
    def is_shape(self) -> bool:
        """Whether the JSON schema says it, at least in part."""
        return self.id.startswith("E2") or self.id in ("E501", "E505")
