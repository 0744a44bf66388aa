"""Artifacts whose content is the address of another artifact."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, TypeVar

from google.genai import types
from pydantic import ValidationError

from adkconf.artifacts.artifact_key import ArtifactKey
from adkconf.errors import InputValidationError

# References followed before a chain counts as endless.
_LONGEST_CHAIN = 5

T = TypeVar("T")

_SCHEME = "artifact"
_URI = re.compile(
    r"artifact://apps/(?P<app>.+?)/users/(?P<user>.+?)(?:/sessions/(?P<session>.+?))?"
    r"/artifacts/(?P<name>.+)/versions/(?P<version>\d+)"
)


class ArtifactReference(NamedTuple):
    """One version of an artifact. Its text form is `artifact://apps/…/versions/0`."""

    key: ArtifactKey
    version: int

    def __str__(self) -> str:
        return self.key.uri(_SCHEME, self.version)

    @classmethod
    def of(cls, part: types.Part, holder: ArtifactKey) -> ArtifactReference | None:
        """Returns what a part refers to; None when it carries its own content.

        Raises:
            InputValidationError: it refers to what `holder` may not see, or is malformed.
        """
        uri = part.file_data.file_uri if part.file_data else None
        if not uri or not uri.startswith(f"{_SCHEME}://"):
            return None
        match = _URI.fullmatch(uri)
        if match is None:
            raise InputValidationError(
                f"artifact reference {uri!r} cannot be read; expected "
                f"artifact://apps/APP/users/USER[/sessions/SESSION]/artifacts/NAME/versions/0"
            )
        key = ArtifactKey.of(match["app"], match["user"], match["session"], match["name"])
        if key.owner not in (holder.owner, holder.owner.user):
            raise InputValidationError(
                f"artifact reference {uri!r} leads to another app, user or session"
            )
        return cls(key, int(match["version"]))


async def follow(
    key: ArtifactKey,
    version: int | None,
    find: Callable[[ArtifactKey, int | None], Awaitable[T | None]],
    address: Callable[[T], types.Part | None],
) -> T | None:
    """Finds a version, or what it refers to; `address` says where else a found one leads.

    Raises:
        InputValidationError: references do not end, or lead to what may not be seen.
    """
    asked_for = key.filename
    for _ in range(_LONGEST_CHAIN + 1):
        found = await find(key, version)
        if found is None:
            return None
        part = address(found)
        reference = None if part is None else ArtifactReference.of(part, key)
        if reference is None:
            return found
        key, version = reference
    raise InputValidationError(
        f"artifact {asked_for!r} leads from reference to reference more than {_LONGEST_CHAIN} times"
    )


def as_part(artifact: types.Part | dict[str, Any]) -> types.Part:
    """Makes a part of its JSON; returns a part as it is.

    Raises:
        InputValidationError: the JSON is not that of a part.
    """
    if isinstance(artifact, types.Part):
        return artifact
    try:
        return types.Part.model_validate(artifact)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputValidationError(
            f"artifact is no part: {'.'.join(map(str, first['loc']))}: {first['msg']}"
        ) from error


def removed() -> types.Part:
    """Makes the version that stands for a file that a rewind took away: empty octets."""
    return types.Part(inline_data=types.Blob(mime_type="application/octet-stream", data=b""))


def is_removed(part: types.Part) -> bool:
    """Tells whether a version is such a one."""
    blob = part.inline_data
    return blob is not None and means_removed(blob.mime_type, len(blob.data or b""))


def means_removed(mime_type: str | None, size: int) -> bool:
    """Tells the same of a version that is not loaded."""
    return not size and mime_type == "application/octet-stream"
