"""What whoever serves an app needs of its runner, whichever engine the app is built of."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, Protocol

from google.genai import types

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.live_request_queue import LiveRequestQueue
from adkconf.agents.run_config import RunConfig
from adkconf.artifacts.base_artifact_service import BaseArtifactService
from adkconf.events.event import Event
from adkconf.memory.base_memory_service import BaseMemoryService
from adkconf.sessions.base_session_service import BaseSessionService

if TYPE_CHECKING:
    from adkconf.telemetry.span_recorder import SpanRecorder


class AppRunner(Protocol):
    """Runs one app against its services; see `adkconf.runners.Runner`.

    `agent` tells of the root agent and those below it.
    """

    app_name: str
    agent: BaseAgent
    session_service: BaseSessionService
    artifact_service: BaseArtifactService | None
    memory_service: BaseMemoryService | None
    auto_create_session: bool

    def run_async(
        self,
        *,
        user_id: str,
        session_id: str,
        new_message: types.Content | None = None,
        invocation_id: str | None = None,
        run_config: RunConfig | None = None,
        state_delta: dict[str, Any] | None = None,
    ) -> AsyncGenerator[Event, None]:
        """Answers a message; yields events, each stored before it is yielded."""

    def run_live(
        self,
        *,
        live_request_queue: LiveRequestQueue,
        user_id: str,
        session_id: str,
        run_config: RunConfig | None = None,
    ) -> AsyncGenerator[Event, None]:
        """Holds a live conversation."""

    async def rewind_async(
        self, *, user_id: str, session_id: str, rewind_before_invocation_id: str
    ) -> None:
        """Takes a session back to where it was before one of its runs."""

    def record_spans(self, recorder: SpanRecorder) -> None:
        """Has the spans of runs, from now on, recorded; needs the extra `otel`."""

    async def close(self) -> None:
        """Closes toolsets, models and plugins; the services stay open."""
