"""What identifies a session."""

from __future__ import annotations

from typing import NamedTuple
from uuid import uuid4

from adkconf.errors import AlreadyExistsError, InputValidationError, SessionNotFoundError

MAX_ID_LENGTH = 128
"""Characters that the columns of the SQL tables hold."""


class SessionKey(NamedTuple):
    """Sessions of different users never share a key, whatever their ids."""

    app_name: str
    user_id: str
    session_id: str

    @classmethod
    def of(cls, app_name: str, user_id: str, session_id: str) -> SessionKey:
        """Makes the key of an existing session; blanks around its id do not count."""
        return cls(app_name, user_id, session_id.strip())

    @classmethod
    def new(cls, app_name: str, user_id: str, session_id: str | None) -> SessionKey:
        """Makes the key of a new session, with a random id when none is given.

        Raises:
            InputValidationError: a part is one that not every store can hold.
        """
        key = cls(app_name, user_id, (session_id or "").strip() or str(uuid4()))
        for field, value in zip(cls._fields, key, strict=True):
            check_id(field, value)
        return key

    @property
    def storable(self) -> bool:
        """Tells whether a session of this key can exist at all."""
        return all(map(_is_storable, self))

    def not_found(self) -> SessionNotFoundError:
        """Returns the error to raise when there is no such session."""
        return SessionNotFoundError(
            f"session {self.session_id!r} of user {self.user_id!r} does not exist in "
            f"{self.app_name!r}; create it first (or was it deleted meanwhile?)"
        )

    def taken(self) -> AlreadyExistsError:
        """Returns the error to raise when there is such a session already."""
        return AlreadyExistsError(
            f"session {self.session_id!r} of user {self.user_id!r} already exists in "
            f"{self.app_name!r}"
        )


def check_id(field: str, value: str) -> None:
    """Checks an id that is going to be stored.

    Raises:
        InputValidationError: it is too long, or no text that a database holds.
    """
    if len(value) > MAX_ID_LENGTH:
        raise InputValidationError(
            f"{field} has {len(value)} characters; at most {MAX_ID_LENGTH} are allowed"
        )
    if not _is_storable(value):
        raise InputValidationError(
            f"{field} {value!r} contains a NUL or a lone surrogate; use printable characters"
        )


def _is_storable(value: str) -> bool:
    """Tells whether every database can hold the text; where not, nothing is stored under it."""
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:
        return False
