"""The contract of an artifact service."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterable
from typing import Any

from google.genai import types

from adkconf.artifacts.artifact_content import OCTETS, ArtifactContent, content_of
from adkconf.artifacts.artifact_key import ArtifactKey
from adkconf.artifacts.artifact_version import ArtifactVersion

__all__ = ["ArtifactVersion", "BaseArtifactService"]


class BaseArtifactService(ABC):
    """Stores named files with versions.

    A file belongs to a session; or to the user, across sessions, when its name starts with
    `user:` or no session is given. Names are relative paths with `/` between their parts; other
    names, and ids that could lead out of their place, raise `InputValidationError` everywhere.
    """

    @abstractmethod
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
        """Stores a part, or its JSON as a dict, as the next version and returns its number.

        Raises:
            InputValidationError: the name, an id or the content cannot be stored.
        """

    @abstractmethod
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

    @abstractmethod
    async def list_artifact_keys(
        self, *, app_name: str, user_id: str, session_id: str | None = None
    ) -> list[str]:
        """Returns the names of the user's files and, with a session, of the session's, sorted.

        Names of user files start with `user:`. Files that a rewind took away are left out.
        """

    @abstractmethod
    async def delete_artifact(
        self, *, app_name: str, user_id: str, filename: str, session_id: str | None = None
    ) -> None:
        """Deletes all versions of a file; one that does not exist is no error."""

    @abstractmethod
    async def list_versions(
        self, *, app_name: str, user_id: str, filename: str, session_id: str | None = None
    ) -> list[int]:
        """Returns the numbers of a file's versions, oldest first."""

    @abstractmethod
    async def list_artifact_versions(
        self, *, app_name: str, user_id: str, filename: str, session_id: str | None = None
    ) -> list[ArtifactVersion]:
        """Returns what is known of a file's versions, oldest first."""

    @abstractmethod
    async def get_artifact_version(
        self,
        *,
        app_name: str,
        user_id: str,
        filename: str,
        session_id: str | None = None,
        version: int | None = None,
    ) -> ArtifactVersion | None:
        """Returns what is known of a version, by default the latest, or None."""

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
        """Stores bytes, as they come, as the next version and returns its number.

        Without a type they are octets. Stores that can write piece by piece do; by default the
        content is collected in memory.

        Raises:
            InputValidationError: the name, an id, the type or the content cannot be stored.
        """
        data = b"".join([piece async for piece in content])
        part = types.Part(inline_data=types.Blob(data=data, mime_type=mime_type or OCTETS))
        return await self.save_artifact(
            app_name=app_name,
            user_id=user_id,
            filename=filename,
            artifact=part,
            session_id=session_id,
            custom_metadata=custom_metadata,
        )

    async def open_artifact(
        self,
        *,
        app_name: str,
        user_id: str,
        filename: str,
        session_id: str | None = None,
        version: int | None = None,
    ) -> ArtifactContent | None:
        """Returns a version, by default the latest, for reading piece by piece, or None.

        Stores that can read piece by piece do; by default the content is loaded at once.

        Raises:
            InputValidationError: the version has no content, only the address of something else.
        """
        names: dict[str, Any] = {
            "app_name": app_name,
            "user_id": user_id,
            "filename": filename,
            "session_id": session_id,
        }
        described = await self.get_artifact_version(**names, version=version)
        if described is None:
            return None
        part = await self.load_artifact(**names, version=described.version)
        if part is None:
            return None
        key = ArtifactKey.of(app_name, user_id, session_id, filename)
        data, mime_type = content_of(part, key)

        async def fetch(start: int, stop: int) -> bytes:
            return data[start:stop]

        known = described.model_copy(update={"mime_type": mime_type})
        return ArtifactContent(known, len(data), fetch)

    async def close(self) -> None:
        """Releases connections and files; nothing to do by default."""
