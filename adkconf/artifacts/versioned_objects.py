"""Files and their versions as objects of a store. All of this blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from adkconf.artifacts.artifact_key import ArtifactKey, Owner
from adkconf.artifacts.artifact_version import ArtifactVersion
from adkconf.artifacts.object_content import custom_metadata_of, stands_for_removed
from adkconf.artifacts.object_name import file_of, owner_prefix, version_of, versions_prefix
from adkconf.artifacts.object_store import ObjectHead, ObjectStore, StoredObject
from adkconf.errors import AlreadyExistsError, ServiceUnavailableError

# Each failure is another writer's success, so only a broken store fails this often.
_ATTEMPTS = 100


@dataclass(frozen=True)
class FoundVersion:
    """A version in the store."""

    name: str
    number: int
    stored: StoredObject


class VersionedObjects:
    """Versions count from 0. An object that was not written by these rules is left alone."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def add(self, key: ArtifactKey, head: ObjectHead, content: BinaryIO) -> int:
        """Stores `content` as the next version and returns its number.

        Looking for the number does not reserve it: the store refuses what is there already, and
        then the next is tried.
        """
        prefix = versions_prefix(key)
        number = 0
        for _ in range(_ATTEMPTS):
            number = max([number, *(taken + 1 for taken in self._numbers(prefix))])
            content.seek(0)
            try:
                self._store.create(f"{prefix}{number}", head, content)
            except AlreadyExistsError:
                number += 1
                continue
            return number
        raise ServiceUnavailableError(
            f"artifact {key.filename!r} cannot be saved: the bucket refused {_ATTEMPTS} versions "
            f"as taken; check what else writes there, then try again"
        )

    def find(self, key: ArtifactKey, number: int | None) -> FoundVersion | None:
        """Returns a version, by default the latest; None when there is none."""
        prefix = versions_prefix(key)
        if number is None:
            number = max(self._numbers(prefix), default=None)
        if number is None or number < 0:
            return None
        name = f"{prefix}{number}"
        stored = self._store.describe(name)
        return None if stored is None else FoundVersion(name, number, stored)

    def numbers(self, key: ArtifactKey) -> list[int]:
        """Returns the numbers of a file's versions, oldest first."""
        return sorted(self._numbers(versions_prefix(key)))

    def names(self, owner: Owner) -> Iterator[str]:
        """Finds the names of an owner's files; those that a rewind took away are left out."""
        latest: dict[ArtifactKey, tuple[int, int, str]] = {}
        for name, size in self._store.list(owner_prefix(owner), nested=True):
            held = file_of(name, owner)
            if held is not None:
                key, number = held
                latest[key] = max(latest.get(key, (-1, 0, "")), (number, size, name))
        for key, (_, size, name) in latest.items():
            if size or not self._is_removed(name):
                yield key.filename

    def delete(self, key: ArtifactKey) -> None:
        """Deletes all versions of a file, the latest last: until then it is what is loaded."""
        prefix = versions_prefix(key)
        for number in self.numbers(key):
            self._store.delete(f"{prefix}{number}")

    def describe(self, found: FoundVersion) -> ArtifactVersion:
        """Says what is known of a version."""
        return ArtifactVersion(
            version=found.number,
            canonical_uri=self._store.uri(found.name),
            create_time=found.stored.created,
            mime_type=found.stored.head.content_type,
            custom_metadata=custom_metadata_of(found.stored.head),
        )

    def read(self, found: FoundVersion, start: int, stop: int) -> bytes:
        """Reads some of the content of a version."""
        if start >= stop:
            # A range of no bytes is more than protocols can ask for.
            return b""
        return self._store.read(found.name, found.stored.state, start, stop)

    def _numbers(self, prefix: str) -> list[int]:
        found = (version_of(name, prefix) for name, _ in self._store.list(prefix, nested=False))
        return [number for number in found if number is not None]

    def _is_removed(self, name: str) -> bool:
        stored = self._store.describe(name)
        return stored is None or stands_for_removed(stored)
