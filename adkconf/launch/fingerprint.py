"""What a set of files said at one moment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_ABSENT = ""
_UNREAD = "?"


@dataclass(frozen=True)
class Fingerprint:
    """The SHA-256 of each file, in hexadecimal; an empty string for one that cannot be read."""

    hashes: Mapping[Path, str]

    @classmethod
    def of(cls, files: Iterable[Path]) -> Fingerprint:
        """Reads the files."""
        return cls({file: _hash(file) for file in files})

    def extended(self, files: Iterable[Path], *, since_ns: int) -> Fingerprint:
        """Returns the fingerprint of `files`, hashes that are known here being kept.

        A file that is not known here was read by somebody at an unknown time after `since_ns`
        (Unix nanoseconds). If it changed after that too, nobody knows what was read: it gets a
        hash that equals none, so that the next comparison asks for another look.
        """
        known = self.hashes
        return Fingerprint(
            {
                file: known[file] if file in known else _hash(file, since_ns=since_ns)
                for file in files
            }
        )

    def includes(self, other: Fingerprint) -> bool:
        """Tells whether every file of `other` says the same here."""
        return self.hashes.items() >= other.hashes.items()

    @property
    def digest(self) -> str:
        """Twelve characters that change when any file does."""
        lines = sorted(f"{file}\0{value}" for file, value in self.hashes.items())
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _hash(file: Path, *, since_ns: int | None = None) -> str:
    try:
        # A pipe or a device would never end.
        if not file.is_file():
            return _ABSENT
        if since_ns is not None and file.stat().st_mtime_ns >= since_ns:
            return _UNREAD
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return _ABSENT
