"""The names of artifacts in buckets, laid out as google-adk does.

{app}/{user}/{session}/{name}/{version}
{app}/{user}/user/user:{name}/{version}      files of the user
"""

from __future__ import annotations

import re

from adkconf.artifacts.artifact_key import USER_PREFIX, ArtifactKey, Owner
from adkconf.errors import InputValidationError

_USER_FILES = "user"
_LONGEST = 1024
"""Bytes that Cloud Storage and S3 allow."""

_VERSION_DIGITS = 10
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def owner_prefix(owner: Owner) -> str:
    """Returns what the names of all files of an owner start with.

    Raises:
        InputValidationError: the ids could be taken for others'.
    """
    app_name, user_id, session_id = owner
    ids = {"app_name": app_name, "user_id": user_id, "session_id": session_id or _USER_FILES}
    for field, value in ids.items():
        if "/" in value:
            # A bucket has no directories: session `a/b` would share the names of session `a`.
            raise InputValidationError(
                f"{field} {value!r} has a '/'; buckets cannot hold its files"
            )
    if session_id == _USER_FILES:
        raise InputValidationError(
            f"session_id {session_id!r} is reserved: the user's own files have this place"
        )
    return "".join(f"{value}/" for value in ids.values())


def versions_prefix(key: ArtifactKey) -> str:
    """Returns what the names of all versions of a file start with.

    Raises:
        InputValidationError: buckets cannot hold a name like that.
    """
    prefix = f"{owner_prefix(key.owner)}{key.filename}/"
    if len(prefix.encode()) + _VERSION_DIGITS > _LONGEST:
        raise InputValidationError(
            f"artifact name {key.filename[:40]!r}… is too long for a bucket: with its ids it may "
            f"have {_LONGEST - _VERSION_DIGITS} bytes, and has {len(prefix.encode())}"
        )
    if _CONTROL.search(prefix):
        raise InputValidationError(
            f"artifact name {key.filename!r} or an id has a control character; "
            f"buckets cannot hold it"
        )
    return prefix


def version_of(object_name: str, prefix: str) -> int | None:
    """Returns the number of the version that an object below `prefix` holds, if it holds one."""
    digits = object_name.removeprefix(prefix)
    plain = digits.isascii() and digits.isdecimal() and len(digits) <= _VERSION_DIGITS
    return int(digits) if plain else None


def file_of(object_name: str, owner: Owner) -> tuple[ArtifactKey, int] | None:
    """Returns the file and the version that an object of an owner holds, if it holds one."""
    name, slash, _ = object_name.removeprefix(owner_prefix(owner)).rpartition("/")
    if owner.session_id is None:
        if not name.startswith(USER_PREFIX):
            return None
        name = name.removeprefix(USER_PREFIX)
    number = version_of(object_name, f"{object_name.rpartition('/')[0]}/")
    return (ArtifactKey(owner, name), number) if slash and name and number is not None else None
