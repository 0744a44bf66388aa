"""What identifies an artifact, checked so that it can be used as a path."""

from __future__ import annotations

import re
from typing import NamedTuple

from adkconf.errors import InputValidationError

USER_PREFIX = "user:"

_DRIVE = re.compile(r"[A-Za-z]:")
# Between these stand ids in paths; an id that held one could be taken for another's path.
_RESERVED = frozenset({"apps", "users", "sessions", "artifacts", "versions"})


class Owner(NamedTuple):
    """Whose files: those of a session, or, without one, those of the user."""

    app_name: str
    user_id: str
    session_id: str | None

    @classmethod
    def of(cls, app_name: str, user_id: str, session_id: str | None) -> Owner:
        """Checks the ids.

        Raises:
            InputValidationError: one is empty or could lead out of its place.
        """
        _check_id("app_name", app_name)
        _check_id("user_id", user_id)
        if session_id is not None:
            _check_id("session_id", session_id)
        return cls(app_name, user_id, session_id)

    @property
    def user(self) -> Owner:
        """The user alone."""
        return self._replace(session_id=None)


class ArtifactKey(NamedTuple):
    """A file of an owner; `name` is without `user:`."""

    owner: Owner
    name: str

    @classmethod
    def of(cls, app_name: str, user_id: str, session_id: str | None, filename: str) -> ArtifactKey:
        """Checks ids and name, and finds the owner.

        Raises:
            InputValidationError: one of them cannot be used.
        """
        owner = Owner.of(app_name, user_id, session_id)
        if filename.startswith(USER_PREFIX):
            owner, name = owner.user, filename.removeprefix(USER_PREFIX)
        else:
            name = filename
        _check_name(filename, name)
        return cls(owner, name)

    @property
    def filename(self) -> str:
        """The name as callers write it."""
        return self.name if self.owner.session_id is not None else USER_PREFIX + self.name

    def uri(self, scheme: str, version: int) -> str:
        """Returns the address of a version."""
        app_name, user_id, session_id = self.owner
        session = "" if session_id is None else f"/sessions/{session_id}"
        return (
            f"{scheme}://apps/{app_name}/users/{user_id}{session}"
            f"/artifacts/{self.name}/versions/{version}"
        )


def _check_id(field: str, value: str) -> None:
    segments = value.replace("\\", "/").split("/")
    if not value.strip():
        problem = "is empty"
    elif _is_unprintable(value):
        problem = "contains a NUL or a lone surrogate"
    elif "" in segments or _DRIVE.match(value):
        problem = "is an absolute path or has an empty part"
    elif not {".", ".."}.isdisjoint(segments):
        problem = "contains '.' or '..' as a part"
    elif len(segments) > 1 and not _RESERVED.isdisjoint(map(str.casefold, segments)):
        problem = f"contains one of {', '.join(sorted(_RESERVED))} as a part"
    elif "\\" in value:
        problem = "contains a backslash"
    else:
        return
    raise InputValidationError(f"{field} {value!r} {problem}; artifacts cannot be stored under it")


def _check_name(filename: str, name: str) -> None:
    parts = name.split("/")
    if not name or name != name.strip():
        problem = "is empty or has blanks around it"
    elif _is_unprintable(name):
        problem = "contains a NUL or a lone surrogate"
    elif "\\" in name:
        problem = "contains a backslash; use '/'"
    elif _DRIVE.match(name) or name.startswith("/"):
        problem = "is an absolute path"
    elif not {"", ".", ".."}.isdisjoint(parts):
        problem = "has an empty part, '.' or '..'"
    else:
        return
    raise InputValidationError(
        f"artifact name {filename!r} {problem}; expected a relative path such as 'report.pdf'"
    )


def _is_unprintable(value: str) -> bool:
    try:
        return b"\0" in value.encode()
    except UnicodeEncodeError:
        return True
