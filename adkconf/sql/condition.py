"""How a service's database is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class DatabaseCondition:
    """What was found in a database that could be read and written.

    `layout` names what the tables are. `clock_ahead` is by how many seconds its clock is ahead of
    this machine's.
    """

    product: str
    version: str
    driver: str
    layout: str
    missing_indexes: tuple[str, ...]
    clock_ahead: float


@runtime_checkable
class Examinable(Protocol):
    """A service in a database that can tell its condition."""

    async def examine(self) -> DatabaseCondition:
        """Reads and writes, changing nothing.

        Raises:
            ServiceError: that is not possible.
        """
