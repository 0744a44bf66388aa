"""Artifacts as files below a directory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from pathlib import Path
from typing import Any

from google.genai import types

from adkconf.artifacts.artifact_content import (
    OCTETS,
    ArtifactContent,
    check_size,
    content_of,
    measured,
    plain_metadata,
)
from adkconf.artifacts.artifact_directory import ArtifactDirectory, StoredVersion
from adkconf.artifacts.artifact_key import ArtifactKey, Owner
from adkconf.artifacts.artifact_reference import as_part, is_removed, means_removed
from adkconf.artifacts.artifact_version import ArtifactVersion
from adkconf.artifacts.base_artifact_service import BaseArtifactService
from adkconf.artifacts.pending_version import FileArtifactVersion
from adkconf.errors import InputValidationError, NotFoundError, ServiceUnavailableError


class FileArtifactService(BaseArtifactService):
    """Keeps files below `root_dir`, which is made when it does not exist.

    Content is text or bytes, at most `max_bytes` of them. Names with a part `versions` or
    `.removed-…`, or whose last part is `metadata.json`, are refused: the layout needs them for
    itself.
    """

    def __init__(self, root_dir: Path | str, *, max_bytes: int | None = None) -> None:
        self.max_bytes = max_bytes
        self.root_dir = Path(root_dir).expanduser().resolve()
        try:
            self.root_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ServiceUnavailableError(
                f"artifact directory {str(self.root_dir)!r} cannot be made: {error.strerror}"
            ) from error
        self._directory = ArtifactDirectory(self.root_dir)

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
        """Stores a version and returns when it is on the disk."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        part = as_part(artifact)
        content, mime_type = content_of(part, key)
        check_size(len(content), self.max_bytes, key)
        metadata = _metadata(key, custom_metadata)
        if part.inline_data is not None:
            metadata.mime_type = mime_type
            metadata.display_name = part.inline_data.display_name
        return await asyncio.to_thread(self._add, key, content, metadata)

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
        """Writes each piece as it comes, and returns when all is on the disk."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        metadata = _metadata(key, custom_metadata)
        metadata.mime_type = mime_type or OCTETS
        pending = await asyncio.to_thread(self._directory.begin, key)
        try:
            async for piece in measured(content, self.max_bytes, key):
                await asyncio.to_thread(pending.write, piece)
        except BaseException:
            pending.discard()
            raise
        return await asyncio.to_thread(pending.commit, metadata)

    async def load_artifact(
        self,
        *,
        app_name: str,
        user_id: str,
        filename: str,
        session_id: str | None = None,
        version: int | None = None,
    ) -> types.Part | None:
        """Returns a version, by default the latest, or None."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        return await asyncio.to_thread(self._load, key, version)

    async def open_artifact(
        self,
        *,
        app_name: str,
        user_id: str,
        filename: str,
        session_id: str | None = None,
        version: int | None = None,
    ) -> ArtifactContent | None:
        """Finds a version, by default the latest; it is read while its pieces are asked for."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        stored = await asyncio.to_thread(self._directory.find_version, key, version)
        if stored is None or means_removed(stored.described.mime_type, stored.size):
            return None

        async def fetch(start: int, stop: int) -> bytes:
            return await asyncio.to_thread(self._directory.read, key, stored, start, stop)

        return ArtifactContent(_typed(stored), stored.size, fetch)

    async def list_artifact_keys(
        self, *, app_name: str, user_id: str, session_id: str | None = None
    ) -> list[str]:
        """Returns names, sorted; see `BaseArtifactService.list_artifact_keys`."""
        owner = Owner.of(app_name, user_id, session_id)

        def find() -> list[str]:
            return sorted(
                ArtifactKey(each, name).filename
                for each in {owner, owner.user}
                for name in self._directory.names(each)
            )

        return await asyncio.to_thread(find)

    async def delete_artifact(
        self, *, app_name: str, user_id: str, filename: str, session_id: str | None = None
    ) -> None:
        """Deletes all versions of a file."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        await asyncio.to_thread(self._directory.delete, key)

    async def list_versions(
        self, *, app_name: str, user_id: str, filename: str, session_id: str | None = None
    ) -> list[int]:
        """Returns the numbers of a file's versions; an interrupted save may leave a gap."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        return await asyncio.to_thread(self._directory.versions, key)

    async def list_artifact_versions(
        self, *, app_name: str, user_id: str, filename: str, session_id: str | None = None
    ) -> list[ArtifactVersion]:
        """Returns what is known of a file's versions."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)

        def describe() -> list[ArtifactVersion]:
            numbers = self._directory.versions(key)
            found = (self._directory.find_version(key, number) for number in numbers)
            return [stored.described for stored in found if stored is not None]

        return await asyncio.to_thread(describe)

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
        stored = await asyncio.to_thread(self._directory.find_version, key, version)
        return None if stored is None else stored.described

    def _add(self, key: ArtifactKey, content: bytes, metadata: FileArtifactVersion) -> int:
        pending = self._directory.begin(key)
        try:
            pending.write(content)
        except BaseException:
            pending.discard()
            raise
        return pending.commit(metadata)

    def _load(self, key: ArtifactKey, version: int | None) -> types.Part | None:
        stored = self._directory.find_version(key, version)
        if stored is None:
            return None
        try:
            content = self._directory.read(key, stored, 0, stored.size)
        except NotFoundError:
            # Deleted since it was found.
            return None
        part = _part(content, stored, key)
        return None if is_removed(part) else part


def _metadata(key: ArtifactKey, custom_metadata: dict[str, Any] | None) -> FileArtifactVersion:
    return FileArtifactVersion(
        version=0,
        canonical_uri="",
        file_name=key.filename,
        custom_metadata=plain_metadata(custom_metadata, key),
    )


def _typed(stored: StoredVersion) -> ArtifactVersion:
    """Describes a version with a type: google-adk writes none for text."""
    untyped = "text/plain" if stored.metadata is not None else OCTETS
    return stored.described.model_copy(update={"mime_type": stored.described.mime_type or untyped})


def _part(content: bytes, stored: StoredVersion, key: ArtifactKey) -> types.Part:
    metadata = stored.metadata
    if metadata is not None and metadata.mime_type is not None:
        blob = types.Blob(
            mime_type=metadata.mime_type, data=content, display_name=metadata.display_name
        )
        return types.Part(inline_data=blob)
    try:
        return types.Part(text=content.decode())
    except UnicodeDecodeError as error:
        raise InputValidationError(
            f"artifact {key.filename!r} is neither UTF-8 text nor says what type it has"
        ) from error
