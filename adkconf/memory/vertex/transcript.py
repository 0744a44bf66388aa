"""Sessions as files of a RAG corpus, laid out and named as google-adk does."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from adkconf.events.event import Event

_PREFIX = "adk-memory-v1."


class Source(NamedTuple):
    """Whose session a file is of; its display name says so."""

    app_name: str
    user_id: str
    session_id: str

    @property
    def display_name(self) -> str:
        """The name of the file: ids may have dots, so they are encoded."""
        return _PREFIX + ".".join(
            base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in self
        )

    @classmethod
    def parse(cls, display_name: str) -> Source | None:
        """Reads a display name, or returns None; older ones have plain ids without dots."""
        encoded = display_name.startswith(_PREFIX)
        parts = display_name.removeprefix(_PREFIX).split(".")
        if len(parts) != len(cls._fields):
            return None
        try:
            return cls(*map(_decoded, parts)) if encoded else cls(*parts)
        except (binascii.Error, UnicodeError):
            return None


class Line(NamedTuple):
    """One thing that was said."""

    author: str
    timestamp: float
    text: str


def write_transcript(events: Iterable[Event]) -> str:
    """Writes what was said, a line of JSON each; empty if nothing was."""
    lines = []
    for event in events:
        parts = (event.content.parts if event.content else None) or []
        if texts := [part.text.replace("\n", " ") for part in parts if part.text]:
            line = {"author": event.author, "timestamp": event.timestamp, "text": ".".join(texts)}
            lines.append(json.dumps(line))
    return "\n".join(lines)


def read_lines(text: str) -> list[Line]:
    """Reads the lines of a piece of a transcript; those that were cut apart are left out."""
    lines = []
    for written in text.splitlines():
        try:
            data = json.loads(written)
            lines.append(Line(str(data["author"]), float(data["timestamp"]), str(data["text"])))
        except (ValueError, KeyError, TypeError):
            continue
    return lines


def join_pieces(pieces: Sequence[Sequence[Line]]) -> list[Line]:
    """Puts pieces of one transcript that overlap into one, each line once and in order.

    Pieces that have no line in common stay behind each other, the first found first.
    """
    groups: list[dict[float, Line]] = []
    for piece in pieces:
        merged = {line.timestamp: line for line in piece}
        apart = []
        for group in groups:
            if group.keys().isdisjoint(merged):
                apart.append(group)
            else:
                merged = {**merged, **group}
        # The merged group takes the place of the first that it took in.
        first = next((n for n, group in enumerate(groups) if group not in apart), len(groups))
        groups = [*apart[:first], merged, *apart[first:]]
    return [group[moment] for group in groups for moment in sorted(group)]


def _decoded(part: str) -> str:
    padded = part + "=" * (-len(part) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
