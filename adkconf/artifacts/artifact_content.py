"""The content of artifacts: checked, measured, and read piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from google.genai import types
from pydantic_core import PydanticSerializationError, to_jsonable_python

from adkconf.artifacts.artifact_key import ArtifactKey
from adkconf.artifacts.artifact_version import ArtifactVersion
from adkconf.errors import InputValidationError, ServiceError

OCTETS = "application/octet-stream"
"""The type of content that does not say what it is."""

PIECE_BYTES = 4 * 1024 * 1024

_TEXT = "text/plain"


@dataclass(frozen=True)
class ArtifactContent:
    """A version that is open for reading: `size` in bytes, nothing of it loaded yet.

    `fetch` returns the bytes from one position up to another; nothing has to be closed.
    """

    version: ArtifactVersion
    size: int
    fetch: Callable[[int, int], Awaitable[bytes]]

    async def pieces(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """Reads from `start` up to `stop`, by default the end, `PIECE_BYTES` at a time.

        Raises:
            ServiceError: the store fails.
            NotFoundError: the version is deleted meanwhile.
        """
        end = self.size if stop is None else min(stop, self.size)
        while start < end:
            upto = min(start + PIECE_BYTES, end)
            piece = await self.fetch(start, upto)
            if len(piece) != upto - start:
                raise ServiceError("the content of an artifact ends before its size")
            yield piece
            start = upto


def content_of(part: types.Part, key: ArtifactKey) -> tuple[bytes, str]:
    """Returns the content of a part, and its type.

    Raises:
        InputValidationError: it has none, or text that UTF-8 has no form for.
    """
    blob = part.inline_data
    if blob is not None and blob.data is not None:
        return blob.data, blob.mime_type or OCTETS
    if blob is None and part.text is not None:
        try:
            return part.text.encode(), _TEXT
        except UnicodeEncodeError as error:
            raise InputValidationError(
                f"artifact {key.filename!r} holds a lone surrogate; UTF-8 has no form for it"
            ) from error
    raise InputValidationError(
        f"artifact {key.filename!r} has no content; give it text, or inline_data with data"
    )


def plain_metadata(custom_metadata: Mapping[str, Any] | None, key: ArtifactKey) -> dict[str, Any]:
    """Returns a copy of metadata as JSON has it.

    Raises:
        InputValidationError: it is no JSON.
    """
    try:
        plain: dict[str, Any] = to_jsonable_python(custom_metadata or {})
    except (PydanticSerializationError, ValueError) as error:
        raise InputValidationError(
            f"custom_metadata of artifact {key.filename!r} is no JSON: {error}"
        ) from error
    return plain


def check_size(size: int, max_bytes: int | None, key: ArtifactKey) -> None:
    """Refuses content that is too large.

    Raises:
        InputValidationError: it is.
    """
    if max_bytes is not None and size > max_bytes:
        raise InputValidationError(
            f"artifact {key.filename!r} is larger than {max_bytes} bytes, the store's max_bytes"
        )


async def measured(
    content: AsyncIterable[bytes], max_bytes: int | None, key: ArtifactKey
) -> AsyncIterator[bytes]:
    """Passes content on until it turns out too large.

    Raises:
        InputValidationError: it does.
    """
    size = 0
    async for piece in content:
        size += len(piece)
        check_size(size, max_bytes, key)
        yield piece
