"""The session of a run: found, or created where that is allowed."""

from __future__ import annotations

from adkconf.errors import SessionNotFoundError
from adkconf.invocation.recent_events import load_recent
from adkconf.sessions.base_session_service import BaseSessionService, GetSessionConfig
from adkconf.sessions.session import Session
from adkconf.sessions.session_key import SessionKey


class SessionLoader:
    """Loads sessions of an app as its runs work on them.

    With `summaries`, what a run's limits leave out is there as its last summary. `hint` goes with
    the error on sessions that are missing.
    """

    def __init__(self, *, summaries: bool, hint: str) -> None:
        self._summaries = summaries
        self._hint = hint

    async def load(
        self,
        sessions: BaseSessionService,
        key: SessionKey,
        limits: GetSessionConfig | None,
        *,
        create: bool,
    ) -> Session:
        """Returns the session.

        Raises:
            SessionNotFoundError: there is none, and `create` is off.
        """
        session = await self._find(sessions, key, limits)
        if session is None and create:
            await sessions.create_session(**key._asdict())
            session = await self._find(sessions, key, limits)
        if session is None:
            raise SessionNotFoundError(
                f"Session not found: {key.session_id} (app {key.app_name!r}, user "
                f"{key.user_id!r}). Create it first, or set auto_create_session=True. "
                f"{self._hint}".rstrip()
            )
        return session

    async def _find(
        self, sessions: BaseSessionService, key: SessionKey, limits: GetSessionConfig | None
    ) -> Session | None:
        if self._summaries and limits is not None and limits.limits:
            return await load_recent(sessions, key, limits)
        return await sessions.load_for_run(**key._asdict(), config=limits)
