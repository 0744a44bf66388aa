"""Artifacts as objects of a bucket: what google-adk writes of them, beside their content."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from google.genai import types
from pydantic_core import from_json

from adkconf.artifacts.artifact_content import OCTETS, content_of, plain_metadata
from adkconf.artifacts.artifact_key import ArtifactKey
from adkconf.artifacts.artifact_reference import ArtifactReference, means_removed
from adkconf.artifacts.object_store import ObjectHead, StoredObject
from adkconf.errors import InputValidationError, ServiceError

_DISPLAY_NAME = "adkDisplayName"
_IS_TEXT = "adkIsText"
_FILE_URI = "adkFileUri"
_OLD_FILE_URI = "file_uri"
_FILE_MIME_TYPE = "adkFileMimeType"
# Which values of custom metadata are JSON: google-adk has but text there.
_JSON_KEYS = "adkconfJsonKeys"
_OWN = frozenset({_DISPLAY_NAME, _IS_TEXT, _FILE_URI, _OLD_FILE_URI, _FILE_MIME_TYPE, _JSON_KEYS})

_HEADER_TEXT = re.compile(r"[\x20-\x7e]+")


def to_object(
    part: types.Part, custom_metadata: Mapping[str, Any] | None, key: ArtifactKey
) -> tuple[ObjectHead, bytes]:
    """Turns a part into an object.

    Raises:
        InputValidationError: it has no content, or what cannot be stored with it.
    """
    metadata = _written(custom_metadata, key)
    if part.file_data is not None and part.file_data.file_uri:
        ArtifactReference.of(part, key)  # refuses what leads elsewhere
        metadata[_FILE_URI] = part.file_data.file_uri
        if part.file_data.mime_type:
            metadata[_FILE_MIME_TYPE] = part.file_data.mime_type
        return ObjectHead(_type(part.file_data.mime_type or OCTETS, key), metadata), b""
    content, mime_type = content_of(part, key)
    blob = part.inline_data
    if blob is None:
        metadata[_IS_TEXT] = "true"
    elif blob.display_name:
        metadata[_DISPLAY_NAME] = blob.display_name
    return ObjectHead(_type(mime_type, key), metadata), content


def head_of_stream(
    mime_type: str | None, custom_metadata: Mapping[str, Any] | None, key: ArtifactKey
) -> ObjectHead:
    """Makes the head of an object whose content is still to come.

    Raises:
        InputValidationError: the type or the metadata cannot be stored.
    """
    return ObjectHead(_type(mime_type or OCTETS, key), _written(custom_metadata, key))


def to_part(head: ObjectHead, content: bytes) -> types.Part:
    """Turns an object with content into a part.

    Raises:
        ServiceError: it says that it is text, and is not.
    """
    if head.metadata.get(_IS_TEXT) == "true":
        try:
            return types.Part(text=content.decode())
        except UnicodeDecodeError as error:
            raise ServiceError("an artifact that is stored as text is not UTF-8") from error
    blob = types.Blob(
        data=content,
        mime_type=head.content_type,
        display_name=head.metadata.get(_DISPLAY_NAME) or None,
    )
    return types.Part(inline_data=blob)


def address_in(head: ObjectHead) -> types.Part | None:
    """Returns the part of an object that holds but the address of something else."""
    uri = head.metadata.get(_FILE_URI) or head.metadata.get(_OLD_FILE_URI)
    if not uri:
        return None
    mime_type = head.metadata.get(_FILE_MIME_TYPE) or head.content_type
    return types.Part(file_data=types.FileData(file_uri=uri, mime_type=mime_type))


def stands_for_removed(stored: StoredObject) -> bool:
    """Tells whether an object is the version that says that a rewind took the file away."""
    marked = _OWN.isdisjoint(stored.head.metadata)
    return marked and means_removed(stored.head.content_type, stored.size)


def custom_metadata_of(head: ObjectHead) -> dict[str, Any]:
    """Returns the metadata that was given when the artifact was saved."""
    encoded = frozenset(_json(head.metadata.get(_JSON_KEYS, "[]")))
    return {
        name: _json(value) if name in encoded else value
        for name, value in head.metadata.items()
        if name not in _OWN
    }


def _written(custom_metadata: Mapping[str, Any] | None, key: ArtifactKey) -> dict[str, str]:
    """Writes values that are no text as JSON, and notes which."""
    given = plain_metadata(custom_metadata, key)
    if not _OWN.isdisjoint(given):
        raise InputValidationError(
            f"custom_metadata of artifact {key.filename!r} has a name that is needed to store it: "
            f"{', '.join(sorted(_OWN & given.keys()))}"
        )
    written = {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in given.items()
    }
    encoded = sorted(name for name, value in given.items() if not isinstance(value, str))
    return {**written, _JSON_KEYS: json.dumps(encoded)} if encoded else written


def _type(mime_type: str, key: ArtifactKey) -> str:
    if _HEADER_TEXT.fullmatch(mime_type) is None:
        raise InputValidationError(
            f"type {mime_type!r} of artifact {key.filename!r} is no MIME type; expected "
            f"printable ASCII such as 'image/png'"
        )
    return mime_type


def _json(text: str) -> Any:
    try:
        return from_json(text)
    except ValueError:
        # Somebody else wrote it; then it is what it says.
        return text
