"""A part of a long list of sessions."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import NamedTuple

from adkconf.errors import InputValidationError
from adkconf.sessions.session import Session


class Position(NamedTuple):
    """The last session of a page."""

    user_id: str
    session_id: str

    @property
    def token(self) -> str:
        """What to ask for the next page with; opaque to clients."""
        return base64.urlsafe_b64encode(json.dumps(self).encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, token: str) -> Position:
        """Reads a token.

        Raises:
            InputValidationError: it is none.
        """
        try:
            user_id, session_id = json.loads(
                base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            )
            if isinstance(user_id, str) and isinstance(session_id, str):
                return cls(user_id, session_id)
        except (ValueError, TypeError):
            pass
        raise InputValidationError("this page token was not given out here; begin without one")


@dataclass(frozen=True, kw_only=True)
class PageRequest:
    """Which sessions to list: of one user or of all, at most `size` of them.

    They come in the order of user and session id, so that those which change meanwhile are neither
    missed nor listed twice. `updated_before`: only those that did not change since this Unix time.
    Without state, none is read.
    """

    app_name: str
    user_id: str | None = None
    size: int = 100
    behind: Position | None = None
    updated_before: float | None = None
    with_state: bool = True

    def __post_init__(self) -> None:
        """Checks the size."""
        if self.size < 1:
            raise InputValidationError(f"a page has at least 1 session, not {self.size}")

    def of(self, sessions: list[Session]) -> SessionPage:
        """Takes the page out of a list of all sessions."""
        listed = sorted((each for each in sessions if self._wants(each)), key=_position)
        return SessionPage.cut(listed, self.size)

    def _wants(self, session: Session) -> bool:
        if self.behind is not None and _position(session) <= self.behind:
            return False
        before = self.updated_before
        return before is None or session.last_update_time < before


@dataclass(frozen=True)
class SessionPage:
    """Sessions without events; `next` is there if more follow."""

    sessions: list[Session] = field(default_factory=list)
    next: Position | None = None

    @classmethod
    def cut(cls, sessions: list[Session], size: int) -> SessionPage:
        """Makes a page of sessions in order, of which there may be more than fit."""
        if len(sessions) <= size:
            return cls(sessions)
        return cls(sessions[:size], _position(sessions[size - 1]))


def _position(session: Session) -> Position:
    return Position(session.user_id, session.id)
