"""What a live run must be given."""

from __future__ import annotations

import warnings

from adkconf.agents.live_request_queue import LiveRequestQueue
from adkconf.errors import InputValidationError
from adkconf.sessions.session import Session


def check_live(
    queue: LiveRequestQueue | None,
    user_id: str | None,
    session_id: str | None,
    session: Session | None,
) -> tuple[str, str]:
    """Returns the ids of the user and the session.

    Raises:
        InputValidationError: there is no queue, or an id is missing.
    """
    if queue is None:
        raise InputValidationError("live_request_queue is required for run_live.")
    if session is not None:
        warnings.warn(
            "session= of run_live is deprecated; give user_id= and session_id=.",
            DeprecationWarning,
            stacklevel=3,
        )
        return session.user_id, session.id
    if user_id is None or session_id is None:
        raise InputValidationError("Either session or user_id and session_id must be provided.")
    return user_id, session_id
