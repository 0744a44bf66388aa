"""The contract of an artifact service."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import Any

from google.genai import types
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class ArtifactVersion(BaseModel):
    """What is known of one version: `create_time` is in Unix seconds, versions count from 0."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    version: int
    canonical_uri: str
    custom_metadata: dict[str, Any] = Field(default_factory=dict)
    create_time: float = Field(default_factory=time.time)
    mime_type: str | None = None


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

    async def close(self) -> None:
        """Releases connections and files; nothing to do by default."""
