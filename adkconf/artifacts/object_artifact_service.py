"""Artifacts as objects of a bucket."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, TypeVar, cast
from uuid import uuid4

from google.genai import types

from adkconf.artifacts.artifact_content import (
    PIECE_BYTES,
    ArtifactContent,
    check_size,
    measured,
)
from adkconf.artifacts.artifact_key import ArtifactKey, Owner
from adkconf.artifacts.artifact_reference import as_part, follow
from adkconf.artifacts.artifact_version import ArtifactVersion
from adkconf.artifacts.base_artifact_service import BaseArtifactService
from adkconf.artifacts.object_content import (
    address_in,
    head_of_stream,
    stands_for_removed,
    to_object,
    to_part,
)
from adkconf.artifacts.object_store import ObjectHead, ObjectStore
from adkconf.artifacts.versioned_objects import FoundVersion, VersionedObjects
from adkconf.errors import AlreadyExistsError, InputValidationError, NotFoundError

_THREADS = 16

T = TypeVar("T")


class ObjectArtifactService(BaseArtifactService):
    """Keeps artifacts in an object store, laid out as google-adk's `GcsArtifactService` does.

    A part may also be the address of something else, and an `artifact://…` address is followed.
    Content has at most `max_bytes`. The store's calls block; they have threads of their own, so
    that a slow bucket holds up nothing else.
    """

    def __init__(self, store: ObjectStore, *, max_bytes: int | None = None) -> None:
        self.max_bytes = max_bytes
        self._store = store
        self._objects = VersionedObjects(store)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="adkconf-artifacts")

    async def open(self) -> None:
        """Tries whether the bucket can be reached.

        Raises:
            ServiceUnavailableError: it cannot.
        """
        await self._run(self._store.check)

    async def close(self) -> None:
        """Waits for calls under way, and closes the connections."""
        await asyncio.to_thread(self._threads.shutdown)
        self._store.close()

    async def refuses_to_overwrite(self) -> bool:
        """Tells whether the store does what keeps versions of parallel writers apart.

        For that an object is made, and deleted again.
        """
        return await self._run(self._store_refuses_to_overwrite)

    async def save_artifact(
        self,
        *,
        app_name: str,
        user_id: str,
        filename: str,
        artifact: types.Part | dict[str, Any],
        session_id: str | None = None,
        custom_metadata: dict[str, Any] | None = None,
    ) -> int:
        """Stores a version; see `BaseArtifactService.save_artifact`."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        head, content = to_object(as_part(artifact), custom_metadata, key)
        check_size(len(content), self.max_bytes, key)
        return await self._run(self._objects.add, key, head, io.BytesIO(content))

    async def save_artifact_stream(
        self,
        *,
        app_name: str,
        user_id: str,
        filename: str,
        content: AsyncIterable[bytes],
        mime_type: str | None = None,
        session_id: str | None = None,
        custom_metadata: dict[str, Any] | None = None,
    ) -> int:
        """Stores a version once all of it has come.

        Until then it is in a temporary file: when another writer takes the version's number
        first, the content is sent once more, and a slow client keeps no connection waiting.
        """
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        head = head_of_stream(mime_type, custom_metadata, key)
        with SpooledTemporaryFile(max_size=PIECE_BYTES) as spool:
            async for piece in measured(content, self.max_bytes, key):
                await self._run(spool.write, piece)
            return await self._run(self._objects.add, key, head, cast(BinaryIO, spool))

    async def load_artifact(
        self,
        *,
        app_name: str,
        user_id: str,
        filename: str,
        session_id: str | None = None,
        version: int | None = None,
    ) -> types.Part | None:
        """Returns a version, by default the latest, after following references, or None."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        found = await self._find(key, version)
        if found is None:
            return None
        address = address_in(found.stored.head)
        if address is not None:
            return address
        try:
            content = await self._run(self._objects.read, found, 0, found.stored.size)
        except NotFoundError:
            # Deleted since it was found.
            return None
        return to_part(found.stored.head, content)

    async def open_artifact(
        self,
        *,
        app_name: str,
        user_id: str,
        filename: str,
        session_id: str | None = None,
        version: int | None = None,
    ) -> ArtifactContent | None:
        """Finds a version, by default the latest; it is read while its pieces are asked for.

        Raises:
            InputValidationError: it has no content, only the address of something else.
        """
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        found = await self._find(key, version)
        if found is None:
            return None
        if address_in(found.stored.head) is not None:
            raise InputValidationError(
                f"artifact {filename!r} has no content, only the address of something else"
            )
        described = self._objects.describe(found)
        fetch = partial(self._run, self._objects.read, found)
        return ArtifactContent(described, found.stored.size, fetch)

    async def list_artifact_keys(
        self, *, app_name: str, user_id: str, session_id: str | None = None
    ) -> list[str]:
        """Returns names, sorted; see `BaseArtifactService.list_artifact_keys`."""
        owner = Owner.of(app_name, user_id, session_id)

        def find() -> list[str]:
            return sorted(
                name for each in {owner, owner.user} for name in self._objects.names(each)
            )

        return await self._run(find)

    async def delete_artifact(
        self, *, app_name: str, user_id: str, filename: str, session_id: str | None = None
    ) -> None:
        """Deletes all versions of a file."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        await self._run(self._objects.delete, key)

    async def list_versions(
        self, *, app_name: str, user_id: str, filename: str, session_id: str | None = None
    ) -> list[int]:
        """Returns the numbers of a file's versions."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        return await self._run(self._objects.numbers, key)

    async def list_artifact_versions(
        self, *, app_name: str, user_id: str, filename: str, session_id: str | None = None
    ) -> list[ArtifactVersion]:
        """Returns what is known of a file's versions."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        numbers = await self._run(self._objects.numbers, key)
        found = await asyncio.gather(
            *(self._run(self._objects.find, key, number) for number in numbers)
        )
        return [self._objects.describe(version) for version in found if version is not None]

    async def get_artifact_version(
        self,
        *,
        app_name: str,
        user_id: str,
        filename: str,
        session_id: str | None = None,
        version: int | None = None,
    ) -> ArtifactVersion | None:
        """Returns what is known of a version, or None."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        found = await self._run(self._objects.find, key, version)
        return None if found is None else self._objects.describe(found)

    async def _find(self, key: ArtifactKey, version: int | None) -> FoundVersion | None:
        """Finds what can be loaded: at the end of references, and not taken away by a rewind."""

        async def find(key: ArtifactKey, version: int | None) -> FoundVersion | None:
            found = await self._run(self._objects.find, key, version)
            return None if found is None or stands_for_removed(found.stored) else found

        return await follow(key, version, find, lambda found: address_in(found.stored.head))

    def _store_refuses_to_overwrite(self) -> bool:
        name, head = f"adkconf-doctor-{uuid4().hex}", ObjectHead("text/plain")
        self._store.create(name, head, io.BytesIO(b"first"))
        try:
            self._store.create(name, head, io.BytesIO(b"second"))
        except AlreadyExistsError:
            return True
        finally:
            self._store.delete(name)
        return False

    async def _run(self, function: Callable[..., T], *args: Any) -> T:
        """Calls what blocks, in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(function, *args))
