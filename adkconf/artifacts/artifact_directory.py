"""The files of artifacts below one directory, laid out as google-adk does.

    apps/{app}/users/{user}/sessions/{session}/artifacts/{name}/versions/{n}/{last part of name}
    apps/{app}/users/{user}/artifacts/{name}/versions/{n}/…           files of the user

Beside each content lies `metadata.json`. A version is written into `.{n}.pending` and becomes
visible by one rename, so that nobody sees half of it. All of this blocks.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from pydantic import ValidationError

from adkconf.artifacts.artifact_key import ArtifactKey, Owner
from adkconf.artifacts.artifact_reference import means_removed
from adkconf.artifacts.base_artifact_service import ArtifactVersion
from adkconf.errors import InputValidationError, ServiceError, ServiceUnavailableError

_VERSIONS = "versions"
_METADATA = "metadata.json"
_REMOVED = ".removed-"


class FileArtifactVersion(ArtifactVersion):
    """What `metadata.json` holds."""

    file_name: str
    display_name: str | None = None


class StoredVersion(NamedTuple):
    """A version as it is read; without metadata it was not written by this layout's rules."""

    content: bytes
    metadata: FileArtifactVersion | None


class ArtifactDirectory:
    """Nothing outside `root` is ever read or written, and no symbolic link below it followed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def add_version(self, key: ArtifactKey, content: bytes, metadata: FileArtifactVersion) -> int:
        """Writes the next version, with its number and address in the metadata, to the disk."""
        _check_reserved(key)
        with _as_service_errors(key):
            versions = self._directory(key) / _VERSIONS
            number, pending = self._reserve(versions)
            try:
                target = versions / str(number)
                metadata.version = number
                metadata.canonical_uri = (target / versions.parent.name).as_uri()
                _write(pending / versions.parent.name, content)
                _write(
                    pending / _METADATA,
                    metadata.model_dump_json(by_alias=True, exclude_none=True).encode(),
                )
                _sync_directory(pending)
                pending.rename(target)
            except BaseException:
                shutil.rmtree(pending, ignore_errors=True)
                raise
            _sync_directory(versions)
            return number

    def read_version(self, key: ArtifactKey, number: int | None) -> StoredVersion | None:
        """Reads a version, by default the latest; None when there is none."""
        with _as_service_errors(key):
            directory = self._version_directory(key, number)
            if directory is None:
                return None
            path = self._inside(directory / self._directory(key).name)
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                # Deleted since it was found.
                return None
            return StoredVersion(content, self._metadata(directory))

    def describe_version(self, key: ArtifactKey, number: int | None) -> ArtifactVersion | None:
        """Returns what is known of a version, by default the latest."""
        with _as_service_errors(key):
            directory = self._version_directory(key, number)
            if directory is None:
                return None
            metadata = self._metadata(directory)
            found = ArtifactVersion(
                version=int(directory.name),
                # Never taken from the metadata: whoever can write there shall not choose it.
                canonical_uri=(directory / self._directory(key).name).as_uri(),
                create_time=metadata.create_time if metadata else directory.stat().st_mtime,
            )
            if metadata is not None:
                found.custom_metadata = metadata.custom_metadata
                found.mime_type = metadata.mime_type
            return found

    def versions(self, key: ArtifactKey) -> list[int]:
        """Returns the numbers of a file's versions, oldest first."""
        with _as_service_errors(key):
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
        with _as_service_errors(key):
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
        path = self._inside(directory / _METADATA)
        try:
            return FileArtifactVersion.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise ServiceError(
                f"{_METADATA} of version {directory.name} cannot be read: "
                f"{error.errors()[0]['msg']}"
            ) from error

    def _reserve(self, versions: Path) -> tuple[int, Path]:
        """Makes the directory in which the next version is written; its number is then taken."""
        self._make_directories(versions)
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
                self._make_directories(versions)
                continue
            if not (versions / str(number)).exists():
                return number, pending
            pending.rmdir()
            number += 1

    def _make_directories(self, path: Path) -> None:
        """Makes directories so that they outlive a crash."""
        if path.is_dir():
            return
        path.mkdir(parents=True, exist_ok=True)
        while path != self.root:
            path = path.parent
            _sync_directory(path)


def _check_reserved(key: ArtifactKey) -> None:
    # Windows drops dots and blanks from the end of names, and neither it nor macOS tells
    # cases apart: the directory may be shared with such a machine.
    parts = [part.rstrip(" .").casefold() for part in key.name.split("/")]
    if _VERSIONS in parts or parts[-1] == _METADATA:
        raise InputValidationError(
            f"artifact name {key.filename!r} is reserved: no part may be {_VERSIONS!r}, "
            f"and the last not {_METADATA!r}"
        )


def _numbers(versions: Path) -> list[int]:
    try:
        names = os.listdir(versions)
    except FileNotFoundError:
        return []
    return sorted(int(name) for name in names if name.isascii() and name.isdecimal())


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(path: Path) -> None:
    if os.name == "nt":
        # Windows has no such call; its file system orders these changes itself.
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _as_service_errors(key: ArtifactKey) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise InputValidationError(
                f"artifact {key.filename!r} or an id has a part that is too long for a file name"
            ) from error
        raise ServiceUnavailableError(
            f"artifact {key.filename!r} cannot be read or written: {error.strerror}"
        ) from error
