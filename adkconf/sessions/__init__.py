"""Conversations: what they hold and where they are stored."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.sessions.base_session_service import BaseSessionService as BaseSessionService
    from adkconf.sessions.base_session_service import GetSessionConfig as GetSessionConfig
    from adkconf.sessions.base_session_service import ListSessionsResponse as ListSessionsResponse
    from adkconf.sessions.database_session_service import (
        DatabaseSessionService as DatabaseSessionService,
    )
    from adkconf.sessions.in_memory_session_service import (
        InMemorySessionService as InMemorySessionService,
    )
    from adkconf.sessions.session import Session as Session
    from adkconf.sessions.state import State as State
    from adkconf.sessions.vertex_ai_session_service import (
        VertexAiSessionService as VertexAiSessionService,
    )

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "BaseSessionService": "adkconf.sessions.base_session_service",
        "DatabaseSessionService": "adkconf.sessions.database_session_service",
        "GetSessionConfig": "adkconf.sessions.base_session_service",
        "InMemorySessionService": "adkconf.sessions.in_memory_session_service",
        "ListSessionsResponse": "adkconf.sessions.base_session_service",
        "Session": "adkconf.sessions.session",
        "State": "adkconf.sessions.state",
        "VertexAiSessionService": "adkconf.sessions.vertex_ai_session_service",
    },
)
