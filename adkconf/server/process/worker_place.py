"""Where one of several worker processes stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class WorkerPlace:
    """What a worker gets from its parent, as numbers on its command line.

    `lifeline` is the end of a pipe that closes when the parent is gone, however it went.
    """

    number: int
    listener: int
    lifeline: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads what `str` wrote."""
        number, listener, lifeline = map(int, text.split(","))
        return cls(number, listener, lifeline)

    def __str__(self) -> str:
        return f"{self.number},{self.listener},{self.lifeline}"
