"""A run as a stream of server-sent events."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any

from sse_starlette import ServerSentEvent

from adkconf.events.event import Event
from adkconf.server.observing.request_ids import current_invocation
from adkconf.server.problems import log_failure
from adkconf.server.running.active_runs import ActiveRun
from adkconf.server.running.event_stream import EventStream
from adkconf.server.running.frame_log import FrameLog
from adkconf.server.wire import event_json

RUN_ID_HEADER = "X-Run-Id"


class FrameWriter:
    """Writes events into a log, one frame each; with a run's id frames are numbered.

    `whole` keeps an event with content and artifacts in one piece.
    """

    def __init__(self, log: FrameLog, run_id: str | None, *, whole: bool) -> None:
        self._log = log
        self._run_id = run_id
        self._whole = whole

    async def write(
        self, events: AsyncGenerator[Event, None], lease: AbstractAsyncContextManager[Any]
    ) -> None:
        """Writes until the run ends; its error becomes the last frame."""
        try:
            async with lease, aclosing(events):
                async for event in events:
                    if current_invocation.get() != event.invocation_id:
                        current_invocation.set(event.invocation_id)
                    for piece in (event,) if self._whole else _pieces(event):
                        self._frame(event_json(piece))
                    if self._log.full:
                        await self._log.room()
        except asyncio.CancelledError:
            self._frame(_error("RunCancelledError", "the run was cancelled"))
            raise
        except Exception as error:  # the status is sent already: the frame is all that can tell
            log_failure("POST /run_sse", error)
            self._frame(_error(type(error).__name__, str(error)))

    def _frame(self, data: str) -> None:
        number = f"{self._run_id}.{self._log.written + 1}" if self._run_id else None
        self._log.write(ServerSentEvent(data, id=number, sep="\n").encode())


def stream_response(run: ActiveRun[None], after: int = 0, *, last: bool) -> EventStream:
    """Answers with what a run says after a frame; `last`: without this listener the run ends."""
    assert run.frames is not None
    return EventStream(_listen(run, run.frames, after, last=last), {RUN_ID_HEADER: run.id})


async def _listen(
    run: ActiveRun[None], frames: FrameLog, after: int, *, last: bool
) -> AsyncGenerator[bytes, None]:
    try:
        async for piece in frames.read(after):
            yield piece
    finally:
        if last:
            await run.cancel()


def _pieces(event: Event) -> tuple[Event, ...]:
    """Splits content from artifacts: google-adk's front-ends draw an artifact once per event."""
    if not (event.actions.artifact_delta and event.content and event.content.parts):
        return (event,)
    without_artifacts = event.actions.model_copy(update={"artifact_delta": {}})
    return (
        event.model_copy(update={"actions": without_artifacts}),
        event.model_copy(update={"content": None}),
    )


def _error(kind: str, message: str) -> str:
    details = {"error_type": kind, "error_message": message, "timestamp": time.time()}
    return json.dumps({"error": f"{kind}: {message}", "error_details": details})
