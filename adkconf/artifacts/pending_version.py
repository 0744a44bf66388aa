"""A version of a file on its way to the disk."""

from __future__ import annotations

import os
import shutil
from io import BufferedWriter
from pathlib import Path

from adkconf.artifacts.artifact_version import ArtifactVersion
from adkconf.artifacts.disk import as_service_errors, sync_directory

METADATA = "metadata.json"


class FileArtifactVersion(ArtifactVersion):
    """What `metadata.json` holds."""

    file_name: str
    display_name: str | None = None


class PendingVersion:
    """Is written in `directory`, piece by piece, until `commit` gives it its place at `target`.

    It ends with one call of `commit` or `discard`. All of this blocks.
    """

    def __init__(self, directory: Path, target: Path, filename: str) -> None:
        self._directory = directory
        self._target = target
        self._filename = filename
        self._file = (directory / target.parent.parent.name).open("xb")

    def write(self, piece: bytes) -> None:
        """Appends to the content."""
        with as_service_errors(self._filename):
            self._file.write(piece)

    def commit(self, metadata: FileArtifactVersion) -> int:
        """Makes the version visible once it is on the disk, and returns its number.

        Its number and address go into the metadata. When this fails, nothing is left.
        """
        metadata.version = int(self._target.name)
        metadata.canonical_uri = (self._target / Path(self._file.name).name).as_uri()
        try:
            with as_service_errors(self._filename):
                self._put_in_place(metadata.model_dump_json(by_alias=True, exclude_none=True))
        except BaseException:
            self.discard()
            raise
        return metadata.version

    def discard(self) -> None:
        """Leaves nothing of it."""
        self._file.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _put_in_place(self, metadata: str) -> None:
        _close_on_disk(self._file)
        with (self._directory / METADATA).open("xb") as file:
            file.write(metadata.encode())
            _close_on_disk(file)
        sync_directory(self._directory)
        self._directory.rename(self._target)
        sync_directory(self._target.parent)


def _close_on_disk(file: BufferedWriter) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
