"""Artifacts as files below a directory."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from google.genai import types
from pydantic_core import PydanticSerializationError, to_jsonable_python

from adkconf.artifacts.artifact_directory import (
    ArtifactDirectory,
    FileArtifactVersion,
    StoredVersion,
)
from adkconf.artifacts.artifact_key import ArtifactKey, Owner
from adkconf.artifacts.artifact_reference import as_part, is_removed
from adkconf.artifacts.base_artifact_service import ArtifactVersion, BaseArtifactService
from adkconf.errors import InputValidationError, ServiceUnavailableError


class FileArtifactService(BaseArtifactService):
    """Keeps files below `root_dir`, which is made when it does not exist.

    Content is text or bytes. Names with a part `versions`, or whose last part is
    `metadata.json`, are refused: the layout needs them for itself.
    """

    def __init__(self, root_dir: Path | str) -> None:
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
        content = _content(part, key)
        metadata = FileArtifactVersion(
            version=0,
            canonical_uri="",
            file_name=key.filename,
            custom_metadata=_plain(custom_metadata or {}, key),
        )
        if part.inline_data is not None:
            metadata.mime_type = part.inline_data.mime_type or "application/octet-stream"
            metadata.display_name = part.inline_data.display_name
        return await asyncio.to_thread(self._directory.add_version, key, content, metadata)

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
        stored = await asyncio.to_thread(self._directory.read_version, key, version)
        part = None if stored is None else _part(stored, key)
        return None if part is None or is_removed(part) else part

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
            found = (self._directory.describe_version(key, number) for number in numbers)
            return [version for version in found if version is not None]

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
        return await asyncio.to_thread(self._directory.describe_version, key, version)


def _content(part: types.Part, key: ArtifactKey) -> bytes:
    if part.inline_data is not None and part.inline_data.data is not None:
        return part.inline_data.data
    if part.inline_data is None and part.text is not None:
        try:
            return part.text.encode()
        except UnicodeEncodeError as error:
            raise InputValidationError(
                f"artifact {key.filename!r} holds a lone surrogate; UTF-8 has no form for it"
            ) from error
    raise InputValidationError(
        f"artifact {key.filename!r} has no content; give it text, or inline_data with data"
    )


def _part(stored: StoredVersion, key: ArtifactKey) -> types.Part:
    metadata = stored.metadata
    if metadata is not None and metadata.mime_type is not None:
        blob = types.Blob(
            mime_type=metadata.mime_type,
            data=stored.content,
            display_name=metadata.display_name,
        )
        return types.Part(inline_data=blob)
    try:
        return types.Part(text=stored.content.decode())
    except UnicodeDecodeError as error:
        raise InputValidationError(
            f"artifact {key.filename!r} is neither UTF-8 text nor says what type it has"
        ) from error


def _plain(custom_metadata: dict[str, Any], key: ArtifactKey) -> dict[str, Any]:
    try:
        plain: dict[str, Any] = to_jsonable_python(custom_metadata)
    except (PydanticSerializationError, ValueError) as error:
        raise InputValidationError(
            f"custom_metadata of artifact {key.filename!r} is no JSON: {error}"
        ) from error
    return plain
