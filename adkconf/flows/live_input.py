"""What the client sends, on its way to the model."""

from __future__ import annotations

from google.genai import types

from adkconf.agents.invocation_context import InvocationContext
from adkconf.agents.live_request_queue import LiveRequest, LiveRequestQueue
from adkconf.errors import InputValidationError
from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions
from adkconf.events.outlet import Outlet
from adkconf.flows.live_line import LiveLine
from adkconf.flows.live_recording import LiveRecording
from adkconf.flows.live_screening import Screen
from adkconf.invocation.recorder import record
from adkconf.models.base_llm_connection import RealtimeInput

_OUR_QUESTIONS = "adk_request_"


class LiveInput:
    """Stores messages, shows them to the callbacks, and sends them."""

    def __init__(
        self,
        ctx: InvocationContext,
        queue: LiveRequestQueue,
        line: LiveLine,
        screen: Screen,
        recording: LiveRecording,
    ) -> None:
        self._ctx = ctx
        self._queue = queue
        self._line = line
        self._screen = screen
        self._recording = recording

    async def forward(self, outlet: Outlet) -> None:
        """Takes requests until the client closes; what callbacks say instead goes to `outlet`.

        Raises:
            InputValidationError: a message cannot be sent.
        """
        while True:
            request = await self._queue.get()
            message = None if request.close else _message(request)
            await self._store(request, message)
            if request.close:
                await self._line.hang_up()
                return
            if (signal := _signal(request)) is not None:
                await self._pass_on(signal)
            if message is not None:
                await self._say(message, request.partial, outlet)

    async def _store(self, request: LiveRequest, message: types.Content | None) -> None:
        content = None if request.partial else message
        if content is None and not request.state_delta:
            return
        event = Event(
            invocation_id=self._ctx.invocation_id,
            author="user",
            content=content,
            actions=EventActions(state_delta=dict(request.state_delta or {})),
        )
        await record(self._ctx, event)

    async def _pass_on(self, signal: RealtimeInput) -> None:
        if isinstance(signal, types.Blob):
            self._recording.hear(signal)
        await self._line.send(lambda connection: connection.send_realtime(signal))

    async def _say(self, message: types.Content, partial: bool, outlet: Outlet) -> None:
        only_answers = all(part.function_response for part in message.parts or ())
        if not only_answers and (blocked := await self._screen.user(message)) is not None:
            await outlet.send(blocked)
            return
        await self._line.send(lambda connection: connection._send_content(message, partial=partial))


def _signal(request: LiveRequest) -> RealtimeInput | None:
    if request.activity_start or request.activity_end:
        return request.activity_start or request.activity_end
    if request.audio_stream_end:
        return types.LiveClientRealtimeInput(audio_stream_end=True)
    return request.blob


def _message(request: LiveRequest) -> types.Content | None:
    """Returns the checked message, in the user's name."""
    message = request.content
    if message is None:
        return None
    if not message.parts:
        raise InputValidationError("No parts in the content of the live request.")
    if any(part.function_call for part in message.parts):
        raise InputValidationError("User message cannot contain function calls.")
    answered = [part.function_response.name for part in message.parts if part.function_response]
    if any((name or "").startswith(_OUR_QUESTIONS) for name in answered):
        raise InputValidationError(
            "Confirmations and credentials cannot be given in live mode; answer in run_async."
        )
    return message if message.role else message.model_copy(update={"role": "user"})
