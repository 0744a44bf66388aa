"""What a service needs of a database, whatever runs the transactions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
Work = Callable[[Connection], T]
"""The statements of one transaction. It may run again after a failure, so it changes nothing
but the database."""


class Database(Protocol):
    """Runs transactions. Failures of the database arrive as errors of this project.

    `dialect` is SQLAlchemy's name for the SQL spoken; `place` names the database in errors,
    without a password.
    """

    dialect: str
    place: str

    async def peek(self, work: Work[T]) -> T:
        """Runs one statement that changes nothing, in as few round trips as possible."""

    async def read(self, work: Work[T]) -> T:
        """Runs a transaction that sees one state of the database and changes nothing."""

    async def write(self, work: Work[T]) -> T:
        """Runs a transaction and returns once it is committed."""

    async def write_single(self, work: Work[T]) -> T:
        """Runs one statement that may run again after it took effect, in as few round trips as
        possible, and returns once it is committed.

        `work` may read behind it, but sees what others change in between.
        """

    async def close(self) -> None:
        """Releases connections; what was submitted before is finished first."""
