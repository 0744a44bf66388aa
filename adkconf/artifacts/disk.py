"""Directories that outlive a crash, and what the disk says as errors of the service."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adkconf.errors import InputValidationError, ServiceUnavailableError


def make_directories(path: Path, root: Path) -> None:
    """Makes a directory below `root`, and those above it, so that they outlive a crash."""
    if path.is_dir():
        return
    path.mkdir(parents=True, exist_ok=True)
    while path != root:
        path = path.parent
        sync_directory(path)


def sync_directory(path: Path) -> None:
    """Returns when the names in a directory are on the disk."""
    if os.name == "nt":
        # Windows has no such call; its file system orders these changes itself.
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def as_service_errors(filename: str) -> Iterator[None]:
    """Names the artifact in whatever the disk has to say.

    Raises:
        InputValidationError: a name is too long for the file system.
        ServiceUnavailableError: anything else.
    """
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise InputValidationError(
                f"artifact {filename!r} or an id has a part that is too long for a file name"
            ) from error
        raise ServiceUnavailableError(
            f"artifact {filename!r} cannot be read or written: {error.strerror}"
        ) from error
