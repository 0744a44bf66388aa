"""What artifacts need of a bucket, whoever keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class ObjectHead:
    """What an object says of itself; `content_type` and `metadata` are any text."""

    content_type: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StoredObject:
    """An object as it is stored.

    `created` is in Unix seconds. `state` names this very content: another object of the same
    name has another.
    """

    head: ObjectHead
    size: int
    created: float
    state: str


class ObjectStore(Protocol):
    """A bucket, or what of it is below a prefix. Every call blocks, and may come from any thread.

    Raises:
        ServiceError: the store refused, or does not know what is asked for.
        ServiceUnavailableError: the bucket is not there or cannot be reached.
    """

    def uri(self, name: str) -> str:
        """Returns the address of an object, with its bucket."""
        ...

    def check(self) -> None:
        """Tries whether the bucket can be reached."""
        ...

    def create(self, name: str, head: ObjectHead, content: BinaryIO) -> None:
        """Stores all of `content`, in one step, if there is no object of that name.

        Raises:
            AlreadyExistsError: there is one.
        """
        ...

    def describe(self, name: str) -> StoredObject | None:
        """Returns what is known of an object, or None."""
        ...

    def read(self, name: str, state: str, start: int, stop: int) -> bytes:
        """Returns the bytes from `start` up to `stop`, which lies beyond it, of that content.

        Raises:
            NotFoundError: it is not there any more.
        """
        ...

    def list(self, prefix: str, *, nested: bool) -> Iterator[tuple[str, int]]:
        """Finds names and sizes of objects; without `nested`, no names with a further `/`."""
        ...

    def delete(self, name: str) -> None:
        """Deletes an object; one that does not exist is no error."""
        ...

    def close(self) -> None:
        """Releases the connections."""
        ...
