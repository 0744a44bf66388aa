"""google-adk's runner behind adkconf's face."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import AbstractAsyncContextManager, aclosing, contextmanager
from typing import TYPE_CHECKING, Any

from google.adk.agents.invocation_context import (
    LlmCallsLimitExceededError as AdkLlmCallsLimitExceededError,
)
from google.adk.agents.live_request_queue import LiveRequest as AdkLiveRequest
from google.adk.agents.live_request_queue import LiveRequestQueue as AdkLiveRequestQueue
from google.adk.apps.app import App
from google.adk.auth.credential_service.base_credential_service import BaseCredentialService
from google.adk.errors.session_not_found_error import (
    SessionNotFoundError as AdkSessionNotFoundError,
)
from google.adk.runners import Runner
from google.genai import types

from adkconf.agents.live_request_queue import LiveRequestQueue
from adkconf.agents.run_config import RunConfig
from adkconf.apps.app_runner import AppRunner
from adkconf.artifacts.base_artifact_service import BaseArtifactService
from adkconf.builder.google_adk.agents import llm_agents
from adkconf.builder.google_adk.likeness import likeness
from adkconf.builder.google_adk.models import AdoptedModel, CallNote
from adkconf.builder.google_adk.services import Artifacts, Memories, Sessions
from adkconf.builder.google_adk.translation import adk_run_config, own_event
from adkconf.errors import LlmCallsLimitExceededError, SessionNotFoundError
from adkconf.events.event import Event
from adkconf.invocation.message import check_request
from adkconf.invocation.rewind import rewind_session
from adkconf.invocation.turns import OnBusy, turns_of
from adkconf.memory.base_memory_service import BaseMemoryService
from adkconf.sessions.base_session_service import BaseSessionService

if TYPE_CHECKING:
    from adkconf.telemetry.span_recorder import SpanRecorder


class GoogleAdkRunner(AppRunner):
    """Runs an app of google-adk's against services of adkconf's.

    Runs on one session take turns as `on_busy` says. Events are those of google-adk's runner.
    """

    def __init__(
        self,
        *,
        app: App,
        session_service: BaseSessionService,
        artifact_service: BaseArtifactService,
        memory_service: BaseMemoryService,
        credential_service: BaseCredentialService,
        on_busy: OnBusy,
    ) -> None:
        assert app.root_agent is not None
        self.app_name = app.name
        self.auto_create_session = False
        self.agent = likeness(app.root_agent)
        self.session_service = session_service
        self.artifact_service: BaseArtifactService | None = artifact_service
        self.memory_service: BaseMemoryService | None = memory_service
        self._root = app.root_agent
        self._on_busy: OnBusy = on_busy
        self._runner = Runner(
            app=app.model_copy(update={"plugins": [CallNote(), *app.plugins]}),
            session_service=Sessions(session_service),
            artifact_service=Artifacts(artifact_service),
            memory_service=Memories(memory_service),
            credential_service=credential_service,
        )

    async def run_async(
        self,
        *,
        user_id: str,
        session_id: str,
        new_message: types.Content | None = None,
        invocation_id: str | None = None,
        run_config: RunConfig | None = None,
        state_delta: dict[str, Any] | None = None,
    ) -> AsyncGenerator[Event, None]:
        """Answers a message; see `adkconf.runners.Runner.run_async`.

        Raises:
            ValueError: the message cannot start a run, or the run to resume is not there.
            SessionNotFoundError: no such session.
            SessionBusyError: another run holds the session and `on_busy` is `reject`.
        """
        resumability = self._runner.resumability_config
        check_request(
            new_message,
            state_delta,
            invocation_id,
            is_resumable=resumability is not None and resumability.is_resumable,
        )
        async with self._turn(user_id, session_id):
            run = self._runner.run_async(
                user_id=user_id,
                session_id=session_id,
                new_message=new_message,
                invocation_id=invocation_id,
                run_config=adk_run_config(run_config or RunConfig()),
                state_delta=state_delta,
            )
            with _own_errors():
                async with aclosing(run) as events:
                    async for event in events:
                        yield own_event(event)

    async def run_live(
        self,
        *,
        live_request_queue: LiveRequestQueue,
        user_id: str,
        session_id: str,
        run_config: RunConfig | None = None,
    ) -> AsyncGenerator[Event, None]:
        """Holds a live conversation; see `adkconf.runners.Runner.run_live`.

        Raises:
            SessionNotFoundError: no such session.
            SessionBusyError: another run holds the session and `on_busy` is `reject`.
        """
        queue = AdkLiveRequestQueue()
        async with self._turn(user_id, session_id):
            passing = asyncio.create_task(_pass_on(live_request_queue, queue))
            run = self._runner.run_live(
                user_id=user_id,
                session_id=session_id,
                live_request_queue=queue,
                run_config=adk_run_config(run_config or RunConfig()),
            )
            try:
                with _own_errors():
                    async with aclosing(run) as events:
                        async for event in events:
                            yield own_event(event)
            finally:
                passing.cancel()

    async def rewind_async(
        self, *, user_id: str, session_id: str, rewind_before_invocation_id: str
    ) -> None:
        """Takes a session back; see `adkconf.runners.Runner.rewind_async`.

        Raises:
            SessionNotFoundError: no such session.
            InvocationNotFoundError: no event of the session belongs to that run.
            SessionBusyError: a run holds the session and `on_busy` is `reject`.
        """
        async with self._turn(user_id, session_id):
            session = await self.session_service.get_session(
                app_name=self.app_name, user_id=user_id, session_id=session_id
            )
            if session is None:
                raise SessionNotFoundError(f"Session not found: {session_id}")
            await rewind_session(
                session, rewind_before_invocation_id, self.session_service, self.artifact_service
            )

    def record_spans(self, recorder: SpanRecorder) -> None:
        """Has the spans of all google-adk's runs in this program recorded."""
        # Optional: the extra `otel`.
        from adkconf.telemetry.recording import record_program

        record_program(recorder)

    async def close(self) -> None:
        """Closes toolsets and plugins, then models of adkconf's; the services stay open.

        Raises:
            RuntimeError: plugins failed to close.
        """
        try:
            await self._runner.close()
        finally:
            for agent in llm_agents(self._root):
                if isinstance(agent.model, AdoptedModel):
                    await agent.model.close()

    def _turn(self, user_id: str, session_id: str) -> AbstractAsyncContextManager[None]:
        key = (self.app_name, user_id, session_id)
        return turns_of(self.session_service).hold(key, self._on_busy)


@contextmanager
def _own_errors() -> Iterator[None]:
    """Makes google-adk's errors those that callers of adkconf's runner know."""
    try:
        yield
    except AdkSessionNotFoundError as error:
        raise SessionNotFoundError(str(error)) from error
    except AdkLlmCallsLimitExceededError as error:
        raise LlmCallsLimitExceededError(str(error)) from error


async def _pass_on(source: LiveRequestQueue, target: AdkLiveRequestQueue) -> None:
    while True:
        request = await source.get()
        target.send(AdkLiveRequest(**dict(request)))
        if request.close:
            return
