"""The files of artifacts below one directory, laid out as google-adk does.

    apps/{app}/users/{user}/sessions/{session}/artifacts/{name}/versions/{n}/{last part of name}
    apps/{app}/users/{user}/artifacts/{name}/versions/{n}/…           files of the user

Beside each content lies `metadata.json`. A version is written into `.{n}.pending` and becomes
visible by one rename, so that nobody sees half of it. All of this blocks.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from pydantic import ValidationError

from adkconf.artifacts.artifact_key import ArtifactKey, Owner
from adkconf.artifacts.artifact_reference import means_removed
from adkconf.artifacts.artifact_version import ArtifactVersion
from adkconf.artifacts.disk import as_service_errors, make_directories
from adkconf.artifacts.pending_version import METADATA, FileArtifactVersion, PendingVersion
from adkconf.errors import InputValidationError, NotFoundError, ServiceError

_VERSIONS = "versions"
_REMOVED = ".removed-"


class StoredVersion(NamedTuple):
    """A version on the disk; without metadata it was not written by this layout's rules."""

    path: Path
    size: int
    metadata: FileArtifactVersion | None
    described: ArtifactVersion


class ArtifactDirectory:
    """Nothing outside `root` is ever read or written, and no symbolic link below it followed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def begin(self, key: ArtifactKey) -> PendingVersion:
        """Takes the number of the next version, whose content is then written."""
        _check_reserved(key)
        with as_service_errors(key.filename):
            versions = self._directory(key) / _VERSIONS
            number, pending = self._reserve(versions)
            try:
                return PendingVersion(pending, versions / str(number), key.filename)
            except BaseException:
                pending.rmdir()
                raise

    def find_version(self, key: ArtifactKey, number: int | None) -> StoredVersion | None:
        """Returns a version, by default the latest; None when there is none."""
        with as_service_errors(key.filename):
            directory = self._version_directory(key, number)
            if directory is None:
                return None
            path = self._inside(directory / self._directory(key).name)
            try:
                size = path.stat().st_size
            except FileNotFoundError:
                # Deleted since it was found.
                return None
            metadata = self._metadata(directory)
            return StoredVersion(path, size, metadata, _described(directory, path, metadata))

    def read(self, key: ArtifactKey, stored: StoredVersion, start: int, stop: int) -> bytes:
        """Reads some of the content of a version.

        Raises:
            NotFoundError: it is not there any more.
        """
        with as_service_errors(key.filename):
            try:
                with self._inside(stored.path).open("rb") as file:
                    file.seek(start)
                    return file.read(stop - start)
            except FileNotFoundError as error:
                raise NotFoundError(f"artifact {key.filename!r} was deleted meanwhile") from error

    def versions(self, key: ArtifactKey) -> list[int]:
        """Returns the numbers of a file's versions, oldest first."""
        with as_service_errors(key.filename):
            return _numbers(self._directory(key) / _VERSIONS)

    def names(self, owner: Owner) -> Iterator[str]:
        """Finds the names of an owner's files; those that a rewind took away are left out."""
        top = self._inside(self._owner_directory(owner))
        for path, directories, _ in os.walk(top):
            directory = Path(path)
            if _VERSIONS in directories and self._is_there(directory):
                yield directory.relative_to(top).as_posix()
            # A directory may be a file's and at once that of files whose names go on from it.
            directories[:] = [
                name for name in directories if name != _VERSIONS and not name.startswith(_REMOVED)
            ]

    def delete(self, key: ArtifactKey) -> None:
        """Deletes all versions of a file, and the directories that this leaves empty."""
        with as_service_errors(key.filename):
            directory = self._directory(key)
            removed = directory / f"{_REMOVED}{uuid4().hex}"
            try:
                (directory / _VERSIONS).rename(removed)
            except FileNotFoundError:
                return
            shutil.rmtree(removed)
            top = self._owner_directory(key.owner)
            with suppress(OSError):
                # Ends at the first that is not empty.
                while directory != top:
                    directory.rmdir()
                    directory = directory.parent

    def _is_there(self, directory: Path) -> bool:
        numbers = _numbers(directory / _VERSIONS)
        if not numbers:
            return False
        version = directory / _VERSIONS / str(numbers[-1])
        try:
            size = (version / directory.name).stat().st_size
        except FileNotFoundError:
            # Deleted since it was found.
            return False
        metadata = None if size else self._metadata(version)
        return metadata is None or not means_removed(metadata.mime_type, size)

    def _owner_directory(self, owner: Owner) -> Path:
        user = self.root / "apps" / owner.app_name / "users" / owner.user_id
        if owner.session_id is None:
            return user / "artifacts"
        return user / "sessions" / owner.session_id / "artifacts"

    def _directory(self, key: ArtifactKey) -> Path:
        return self._inside(self._owner_directory(key.owner) / key.name)

    def _version_directory(self, key: ArtifactKey, number: int | None) -> Path | None:
        versions = self._directory(key) / _VERSIONS
        numbers = _numbers(versions)
        if not numbers or (number is not None and number not in numbers):
            return None
        return self._inside(versions / str(numbers[-1] if number is None else number))

    def _inside(self, path: Path) -> Path:
        """Refuses a path on which a symbolic link lies."""
        if path.resolve() != path:
            raise InputValidationError(
                "the artifact's path leads through a symbolic link; it is not followed"
            )
        return path

    def _metadata(self, directory: Path) -> FileArtifactVersion | None:
        path = self._inside(directory / METADATA)
        try:
            return FileArtifactVersion.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise ServiceError(
                f"{METADATA} of version {directory.name} cannot be read: {error.errors()[0]['msg']}"
            ) from error

    def _reserve(self, versions: Path) -> tuple[int, Path]:
        """Makes the directory in which the next version is written; its number is then taken."""
        make_directories(versions, self.root)
        numbers = _numbers(versions)
        number = numbers[-1] + 1 if numbers else 0
        while True:
            pending = versions / f".{number}.pending"
            try:
                pending.mkdir()
            except FileExistsError:
                number += 1
                continue
            except FileNotFoundError:
                # A deletion cleared the directories away.
                make_directories(versions, self.root)
                continue
            if not (versions / str(number)).exists():
                return number, pending
            pending.rmdir()
            number += 1


def _check_reserved(key: ArtifactKey) -> None:
    # Windows drops dots and blanks from the end of names, and neither it nor macOS tells
    # cases apart: the directory may be shared with such a machine.
    parts = [part.rstrip(" .").casefold() for part in key.name.split("/")]
    leftover = any(part.startswith(_REMOVED) for part in parts)
    if _VERSIONS in parts or parts[-1] == METADATA or leftover:
        raise InputValidationError(
            f"artifact name {key.filename!r} is reserved: no part may be {_VERSIONS!r} or start "
            f"with {_REMOVED!r}, and the last not be {METADATA!r}"
        )


def _numbers(versions: Path) -> list[int]:
    try:
        names = os.listdir(versions)
    except FileNotFoundError:
        return []
    return sorted(int(name) for name in names if name.isascii() and name.isdecimal())


def _described(
    directory: Path, path: Path, metadata: FileArtifactVersion | None
) -> ArtifactVersion:
    described = ArtifactVersion(
        version=int(directory.name),
        # Never taken from the metadata: whoever can write there shall not choose it.
        canonical_uri=path.as_uri(),
        create_time=metadata.create_time if metadata else path.parent.stat().st_mtime,
    )
    if metadata is not None:
        described.custom_metadata = metadata.custom_metadata
        described.mime_type = metadata.mime_type
    return described
