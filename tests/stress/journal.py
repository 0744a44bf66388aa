"""What a client was told is stored, written down so that it outlives the client."""

from __future__ import annotations

import os
from pathlib import Path


class Journal:
    """A line for each acknowledgement; `note` returns when it is on the disk."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, line: str) -> None:
        os.write(self._file, f"{line}\n".encode())
        os.fsync(self._file)

    def close(self) -> None:
        os.close(self._file)


def noted(path: Path) -> list[str]:
    """The lines of a journal without the last one, if it was torn."""
    return path.read_text().rpartition("\n")[0].splitlines() if path.exists() else []
