"""Deletes sessions that nobody went on with."""

from __future__ import annotations

from collections.abc import AsyncIterator

from adkconf.sessions.base_session_service import BaseSessionService
from adkconf.sessions.session import Session
from adkconf.sessions.session_page import PageRequest, Position


async def rested_sessions(
    service: BaseSessionService,
    app_name: str,
    *,
    updated_before: float | None = None,
    user_id: str | None = None,
) -> AsyncIterator[Session]:
    """Yields sessions without state and events: those that did not change since a Unix time.

    Without a time, all. However many there are, few are in memory at once.
    """
    behind: Position | None = None
    while True:
        page = await service.list_session_page(
            PageRequest(
                app_name=app_name,
                user_id=user_id,
                behind=behind,
                updated_before=updated_before,
                with_state=False,
            )
        )
        for session in page.sessions:
            yield session
        if (behind := page.next) is None:
            return


async def prune(
    service: BaseSessionService,
    app_name: str,
    *,
    updated_before: float,
    user_id: str | None = None,
) -> int:
    """Deletes the sessions that did not change since a Unix time; returns how many.

    One that changes meanwhile stays. State of app and users stays.
    """
    deleted = 0
    async for session in rested_sessions(
        service, app_name, updated_before=updated_before, user_id=user_id
    ):
        deleted += await service.delete_rested_session(
            app_name=app_name,
            user_id=session.user_id,
            session_id=session.id,
            updated_before=updated_before,
        )
    return deleted
