"""One user's conversation with an app."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from uuid import uuid4

from adkconf.agents.run_config import RunConfig, StreamingMode
from adkconf.apps.app_runner import AppRunner
from adkconf.events.event import Event, as_content
from adkconf.sessions.base_session_service import GetSessionConfig

_NO_EVENTS = GetSessionConfig(num_recent_events=0)


class Conversation:
    """Asks in one session, which is made if it is missing; answers stream into `show`."""

    def __init__(
        self,
        runner: AppRunner,
        run_config: RunConfig,
        *,
        user_id: str,
        session_id: str | None,
        show: Callable[[Event], None],
    ) -> None:
        self._runner = runner
        self._run_config = _streaming(run_config)
        self._user_id = user_id
        self._session_id = session_id or str(uuid4())
        self._show = show

    async def open(self) -> None:
        """Creates the session unless it is there from an earlier conversation."""
        service, app_name = self._runner.session_service, self._runner.app_name
        found = await service.get_session(
            app_name=app_name,
            user_id=self._user_id,
            session_id=self._session_id,
            config=_NO_EVENTS,
        )
        if found is None:
            await service.create_session(
                app_name=app_name, user_id=self._user_id, session_id=self._session_id
            )

    async def ask(self, message: str) -> bool:
        """Runs one turn; tells whether it went well. An error that was shown is not raised."""
        turn = self._runner.run_async(
            user_id=self._user_id,
            session_id=self._session_id,
            new_message=as_content(message),
            run_config=self._run_config,
        )
        failed = False
        try:
            async with aclosing(turn) as events:
                async for event in events:
                    failed = failed or bool(event.error_code)
                    self._show(event)
        except Exception:
            if not failed:
                raise
        return not failed


def _streaming(run_config: RunConfig) -> RunConfig:
    """Streams, unless the app says how it wants its runs."""
    if "streaming_mode" in run_config.model_fields_set:
        return run_config
    return run_config.model_copy(update={"streaming_mode": StreamingMode.SSE})
