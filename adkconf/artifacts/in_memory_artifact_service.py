"""Artifacts that live as long as the process."""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

from google.genai import types

from adkconf.artifacts.artifact_key import ArtifactKey, Owner
from adkconf.artifacts.artifact_reference import ArtifactReference, as_part, follow, is_removed
from adkconf.artifacts.base_artifact_service import ArtifactVersion, BaseArtifactService
from adkconf.errors import InputValidationError


class _Stored(NamedTuple):
    part: types.Part
    version: ArtifactVersion


class InMemoryArtifactService(BaseArtifactService):
    """For tests and one-off runs. Parts may also be references: `artifact://…` as file URI."""

    def __init__(self) -> None:
        self._files: dict[Owner, dict[str, list[_Stored]]] = {}

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
        """Stores a copy; see `BaseArtifactService.save_artifact`."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        part = as_part(artifact).model_copy(deep=True)
        mime_type = _mime_type(part, key)
        versions = self._files.setdefault(key.owner, {}).setdefault(key.name, [])
        version = ArtifactVersion(
            version=len(versions),
            canonical_uri=key.uri("memory", len(versions)),
            custom_metadata=copy.deepcopy(custom_metadata or {}),
            mime_type=mime_type,
        )
        versions.append(_Stored(part, version))
        return version.version

    async def load_artifact(
        self,
        *,
        app_name: str,
        user_id: str,
        filename: str,
        session_id: str | None = None,
        version: int | None = None,
    ) -> types.Part | None:
        """Returns a copy, after following references.

        Raises:
            InputValidationError: references do not end.
        """
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        stored = await follow(key, version, self._there, lambda stored: stored.part)
        return None if stored is None else stored.part.model_copy(deep=True)

    async def list_artifact_keys(
        self, *, app_name: str, user_id: str, session_id: str | None = None
    ) -> list[str]:
        """Returns names, sorted; see `BaseArtifactService.list_artifact_keys`."""
        owner = Owner.of(app_name, user_id, session_id)
        return sorted(
            ArtifactKey(each, name).filename
            for each in {owner, owner.user}
            for name, versions in self._files.get(each, {}).items()
            if not is_removed(versions[-1].part)
        )

    async def delete_artifact(
        self, *, app_name: str, user_id: str, filename: str, session_id: str | None = None
    ) -> None:
        """Deletes all versions of a file."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        self._files.get(key.owner, {}).pop(key.name, None)

    async def list_versions(
        self, *, app_name: str, user_id: str, filename: str, session_id: str | None = None
    ) -> list[int]:
        """Returns the numbers of a file's versions."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        return list(range(len(self._versions(key))))

    async def list_artifact_versions(
        self, *, app_name: str, user_id: str, filename: str, session_id: str | None = None
    ) -> list[ArtifactVersion]:
        """Returns what is known of a file's versions."""
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        return [stored.version.model_copy(deep=True) for stored in self._versions(key)]

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
        stored = self._find(ArtifactKey.of(app_name, user_id, session_id, filename), version)
        return None if stored is None else stored.version.model_copy(deep=True)

    async def _there(self, key: ArtifactKey, version: int | None) -> _Stored | None:
        stored = self._find(key, version)
        return None if stored is None or is_removed(stored.part) else stored

    def _versions(self, key: ArtifactKey) -> list[_Stored]:
        return self._files.get(key.owner, {}).get(key.name, [])

    def _find(self, key: ArtifactKey, version: int | None) -> _Stored | None:
        versions = self._versions(key)
        number = len(versions) - 1 if version is None else version
        return versions[number] if 0 <= number < len(versions) else None


def _mime_type(part: types.Part, key: ArtifactKey) -> str | None:
    """Returns the type of the content; None for a reference, which has that of its target."""
    if part.inline_data is not None and part.inline_data.data is not None:
        return part.inline_data.mime_type
    if part.inline_data is None and part.text is not None:
        return "text/plain"
    if part.file_data is not None:
        return None if ArtifactReference.of(part, key) else part.file_data.mime_type
    raise InputValidationError(
        f"artifact {key.filename!r} has no content; give it text, inline_data or file_data"
    )
