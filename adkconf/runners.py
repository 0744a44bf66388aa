"""Runs an app: the entry point for programs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from google.genai import types

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.invocation_context import InvocationContext, new_invocation_context_id
from adkconf.agents.live_request_queue import LiveRequestQueue
from adkconf.agents.run_config import RunConfig
from adkconf.apps.app import App
from adkconf.apps.chosen_app import chosen_app
from adkconf.artifacts.base_artifact_service import BaseArtifactService
from adkconf.artifacts.in_memory_artifact_service import InMemoryArtifactService
from adkconf.auth.credential_service.base_credential_service import BaseCredentialService
from adkconf.events.event import Event
from adkconf.invocation.abort import Abort
from adkconf.invocation.app_change import check_version, mark_version
from adkconf.invocation.app_origin import name_hint
from adkconf.invocation.background_loop import BackgroundLoop
from adkconf.invocation.closing import close_agents
from adkconf.invocation.compaction import Compaction
from adkconf.invocation.deadline import Deadline
from adkconf.invocation.debug_run import create_if_missing, run_messages
from adkconf.invocation.live import check_live
from adkconf.invocation.message import check_request, store_message
from adkconf.invocation.recorder import run_agent
from adkconf.invocation.rewind import rewind_session
from adkconf.invocation.session_loading import SessionLoader
from adkconf.invocation.start import begin, check_root, choose_agent
from adkconf.invocation.turns import OnBusy, turns_of
from adkconf.memory.base_memory_service import BaseMemoryService
from adkconf.memory.in_memory_memory_service import InMemoryMemoryService
from adkconf.plugins.base_plugin import BasePlugin
from adkconf.plugins.plugin_manager import PluginManager
from adkconf.sessions.base_session_service import BaseSessionService
from adkconf.sessions.in_memory_session_service import InMemorySessionService
from adkconf.sessions.session import Session
from adkconf.sessions.session_key import SessionKey
from adkconf.workflow.base_node import BaseNode
from adkconf.workflow.node_agent import as_agent

if TYPE_CHECKING:
    from adkconf.telemetry.span_recorder import SpanRecorder

logger = logging.getLogger("adkconf.runs")


class Runner:
    """Runs one app against its services.

    Give exactly one of `app` (preferred), `agent` (with `app_name`) or `node`. `app_name`
    replaces the app's own name as the key of its sessions. With `auto_create_session` a run on a
    missing session creates it. `on_busy` says what a run does when another one holds the session:
    wait (`queue`), fail (`reject`), or go ahead (`interleave`).

    Raises:
        ValueError: not exactly one of the three, no name, or a root agent in mode `single_turn`.
    """

    def __init__(  # noqa: PLR0913 (google-adk's arguments)
        self,
        *,
        app: App | None = None,
        app_name: str | None = None,
        agent: BaseAgent | None = None,
        node: BaseAgent | BaseNode | None = None,
        plugins: list[BasePlugin] | None = None,
        artifact_service: BaseArtifactService | None = None,
        session_service: BaseSessionService,
        memory_service: BaseMemoryService | None = None,
        credential_service: BaseCredentialService | None = None,
        plugin_close_timeout: float = 5.0,
        auto_create_session: bool = False,
        on_busy: OnBusy = "queue",
    ) -> None:
        self.app = chosen_app(app, app_name, agent, node, plugins)
        self.app_name = app_name or self.app.name
        self.agent = as_agent(self.app.root_agent)
        check_root(self.agent)
        self.session_service = session_service
        self.artifact_service = artifact_service
        self.memory_service = memory_service
        self.credential_service = credential_service
        self.auto_create_session = auto_create_session
        self.on_busy: OnBusy = on_busy
        self.plugin_manager = PluginManager(self.app.plugins, plugin_close_timeout)
        compaction = self.app.events_compaction_config
        self._compaction = Compaction(compaction, self.agent) if compaction else None
        self._background: BackgroundLoop | None = None
        self._loader = SessionLoader(
            summaries=compaction is not None, hint=name_hint(self.agent, self.app_name)
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
        yield_user_message: bool = False,
        abort_signal: asyncio.Event | None = None,
    ) -> AsyncGenerator[Event, None]:
        """Answers a message; yields events one at a time, each stored before it is yielded.

        A message of function responses goes on with the run that made the calls. In a resumable
        app `invocation_id` takes that run up where it stopped, with or without a message.
        `state_delta` is stored with the message. `yield_user_message` yields the message's event
        first. Set `abort_signal` to end the run: what it waits for is cancelled, and open tool
        calls are answered with an error, in events with the error code `INVOCATION_ABORTED`.

        Raises:
            ValueError: the message cannot start a run, or the run to resume is not there.
            AppChangedError: the run was paused by another version of the app.
            SessionNotFoundError: no such session, and `auto_create_session` is off.
            SessionBusyError: another run holds the session and `on_busy` is `reject`.
            RunTimeoutError: the run took longer than its `timeout_seconds`.
        """
        check_request(new_message, state_delta, invocation_id, is_resumable=self._is_resumable)
        key = SessionKey(self.app_name, user_id, session_id)
        async with turns_of(self.session_service).hold(key, self.on_busy):
            session = await self._session(key, run_config)
            ctx = self._context(session, run_config or RunConfig())
            deadline = Deadline(ctx.run_config.timeout_seconds)
            begin(ctx, new_message, invocation_id)
            check_version(self.app.resumability_config, session.events, ctx.invocation_id)
            if new_message is not None:
                event = await store_message(ctx, new_message, state_delta, deadline)
                if yield_user_message:
                    yield event
            ctx.agent = choose_agent(ctx, self.agent)
            abort = Abort(abort_signal)
            async with aclosing(run_agent(ctx, deadline, abort)) as events:
                async for event in events:
                    yield event
            if self._compaction is not None and not abort.requested:
                await self._compaction.after_run_within(ctx, deadline)

    async def run_live(
        self,
        *,
        live_request_queue: LiveRequestQueue,
        user_id: str | None = None,
        session_id: str | None = None,
        run_config: RunConfig | None = None,
        session: Session | None = None,
    ) -> AsyncGenerator[Event, None]:
        """Holds a live conversation (experimental): the client sends while the model talks.

        The run holds the session until the queue is closed, the model hangs up, or nobody reads
        the events any more. Messages, transcriptions, whole texts, calls and signals are stored;
        fragments and sound are only yielded, with `save_live_blob` sound is stored as artifacts.
        `session` is deprecated.

        Raises:
            ValueError: there is no queue, or no user or session.
            SessionNotFoundError: no such session, and `auto_create_session` is off.
            SessionBusyError: another run holds the session and `on_busy` is `reject`.
        """
        user_id, session_id = check_live(live_request_queue, user_id, session_id, session)
        run_config = run_config or RunConfig()
        key = SessionKey(self.app_name, user_id, session_id)
        async with turns_of(self.session_service).hold(key, self.on_busy):
            ctx = self._context(await self._session(key, run_config), run_config)
            ctx.live_request_queue = live_request_queue
            ctx.agent = choose_agent(ctx, self.agent)
            async with aclosing(run_agent(ctx)) as events:
                async for event in events:
                    yield event

    def run(
        self,
        *,
        user_id: str,
        session_id: str,
        new_message: types.Content,
        run_config: RunConfig | None = None,
    ) -> Generator[Event, None, None]:
        """Does the same from code that is not async, in a thread; for scripts and notebooks."""
        if self._background is None:
            self._background = BackgroundLoop()
        yield from self._background.iterate(
            lambda: self.run_async(
                user_id=user_id,
                session_id=session_id,
                new_message=new_message,
                run_config=run_config,
            )
        )

    async def run_debug(
        self,
        user_messages: str | list[str],
        *,
        user_id: str = "debug_user_id",
        session_id: str = "debug_session_id",
        run_config: RunConfig | None = None,
        quiet: bool = False,
        verbose: bool = False,
    ) -> list[Event]:
        """Tries messages out, one after the other, and prints the answers.

        The session is created when it is missing; the same id goes on with the conversation.
        Returns all events. `quiet` prints nothing, `verbose` also prints tool calls.
        """
        key = SessionKey(self.app_name, user_id, session_id)
        await create_if_missing(self.session_service, key)
        return await run_messages(
            [user_messages] if isinstance(user_messages, str) else user_messages,
            lambda message: self.run_async(
                user_id=user_id, session_id=session_id, new_message=message, run_config=run_config
            ),
            quiet=quiet,
            verbose=verbose,
        )

    async def rewind_async(
        self,
        *,
        user_id: str,
        session_id: str,
        rewind_before_invocation_id: str,
        run_config: RunConfig | None = None,
    ) -> None:
        """Takes a session back to where it was before one of its runs.

        Its own state and files become what they were then, a file that did not exist cannot be
        loaded any more, and agents are not shown what was undone. State and files of the user and
        the app stay. The log keeps everything and gets one event more. The whole log is needed,
        so that `get_session_config` of the run configuration has no effect.

        Raises:
            SessionNotFoundError: no such session.
            InvocationNotFoundError: no event of the session belongs to that run.
            SessionBusyError: a run holds the session and `on_busy` is `reject`.
        """
        if run_config is not None and run_config.get_session_config is not None:
            logger.warning("rewind_async reads the whole session; get_session_config is ignored")
        key = SessionKey(self.app_name, user_id, session_id)
        async with turns_of(self.session_service).hold(key, self.on_busy):
            session = await self._loader.load(self.session_service, key, None, create=False)
            await rewind_session(
                session, rewind_before_invocation_id, self.session_service, self.artifact_service
            )

    async def close_session(self, session: Session) -> None:
        """Adds a session to the memory, when there is a memory service (experimental)."""
        if self.memory_service is not None:
            await self.memory_service.add_session_to_memory(session)

    def record_spans(self, recorder: SpanRecorder) -> None:
        """Has the spans of runs, from now on, recorded; needs the extra `otel`.

        They have in them what is said, unless a CloudTracePlugin of the app's own makes them.
        """
        # Optional: the extra `otel`.
        from adkconf.telemetry.recording import record_plugins

        record_plugins(self.plugin_manager, recorder)

    async def close(self) -> None:
        """Closes toolsets, models and plugins, in this order; the services stay open.

        Raises:
            PluginError: plugins failed to close in time; the message names them.
        """
        await close_agents(self.agent)
        await self.session_service.flush()
        if self._background is not None:
            background, self._background = self._background, None
            await asyncio.to_thread(background.close)
        await self.plugin_manager.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def _session(self, key: SessionKey, run_config: RunConfig | None) -> Session:
        limits = run_config.get_session_config if run_config else None
        create = self.auto_create_session
        return await self._loader.load(self.session_service, key, limits, create=create)

    @property
    def _is_resumable(self) -> bool:
        config = self.app.resumability_config
        return config is not None and config.is_resumable

    def _context(self, session: Session, run_config: RunConfig) -> InvocationContext:
        return InvocationContext(
            invocation_id=new_invocation_context_id(),
            agent=self.agent,
            is_resumable=self._is_resumable,
            message_metadata=mark_version(self.app.resumability_config),
            session=session,
            session_service=self.session_service,
            artifact_service=self.artifact_service,
            memory_service=self.memory_service,
            credential_service=self.credential_service,
            compactor=self._compaction,
            context_cache_config=self.app.context_cache_config,
            plugin_manager=self.plugin_manager,
            run_config=run_config,
        )


class InMemoryRunner(Runner):
    """A runner whose services forget everything when the process ends; for trying out."""

    def __init__(
        self,
        agent: BaseAgent | None = None,
        *,
        node: BaseAgent | BaseNode | None = None,
        app_name: str | None = None,
        plugins: list[BasePlugin] | None = None,
        app: App | None = None,
        plugin_close_timeout: float = 5.0,
    ) -> None:
        if app is None and app_name is None:
            app_name = "InMemoryRunner"
        super().__init__(
            app=app,
            app_name=app_name,
            agent=agent,
            node=node,
            plugins=plugins,
            artifact_service=InMemoryArtifactService(),
            session_service=InMemorySessionService(),
            memory_service=InMemoryMemoryService(),
            plugin_close_timeout=plugin_close_timeout,
        )
