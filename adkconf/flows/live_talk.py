"""One agent's part of a live conversation, over as many connections as it takes."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from enum import Enum, auto

from google.genai import types

from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.agents.live_request_queue import LiveRequestQueue
from adkconf.errors import LiveConnectionClosedError, ModelError
from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions
from adkconf.events.outlet import Outlet
from adkconf.flows.function_calls import run_function_calls
from adkconf.flows.live_input import LiveInput
from adkconf.flows.live_line import LiveLine
from adkconf.flows.live_recording import LiveRecording
from adkconf.flows.live_request import build_live_request, completes_task, with_handle
from adkconf.flows.live_screening import Screen
from adkconf.flows.model_call import name_calls, response_event
from adkconf.flows.planning import plan_answer
from adkconf.flows.port import LlmAgentPort
from adkconf.models.base_llm_connection import BaseLlmConnection
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse

# Close codes, and ours for a server that cannot be reached.
_NORMAL = {1000, 1005}
_PASSING = _NORMAL | {1001, 1006, 1011, 1012, 1013, 1014, "UNAVAILABLE"}
_MAX_ATTEMPTS = 5
_FIRST_PAUSE_S = 0.1


class _End(Enum):
    OVER = auto()
    RESUME = auto()
    RESTART = auto()


class LiveTalk:
    """Holds the conversation until the client or the model hangs up, or another agent takes over.

    A connection that is lost is resumed where the model gave a handle for that.
    """

    def __init__(
        self,
        ctx: InvocationContext,
        agent: LlmAgentPort,
        queue: LiveRequestQueue,
        request: LlmRequest,
    ) -> None:
        self._ctx = ctx
        self._agent = agent
        self._request = request
        # A handle of the caller's is for the agent that the run begins with.
        resumption = None if ctx.tally.llm_calls else ctx.run_config.session_resumption
        self._handle = resumption.handle if resumption else None
        self._line = LiveLine()
        self._recording = LiveRecording(ctx)
        self._screen = Screen(ctx, agent, request)
        self._input = LiveInput(ctx, queue, self._line, self._screen, self._recording)
        self._outlet = Outlet()
        self._owed: list[types.Content] = []
        self._attempts = 0

    async def hold(self, outlet: Outlet) -> None:
        """Sends every event to `outlet`."""
        self._outlet = self._ctx.outlet = outlet
        talking = asyncio.create_task(self._talk())
        sending = asyncio.create_task(self._input.forward(outlet))
        talking.add_done_callback(lambda _: sending.cancel())
        try:
            await asyncio.wait({talking, sending}, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for task in (talking, sending):
                task.cancel()
            await asyncio.gather(talking, sending, return_exceptions=True)
        if not sending.cancelled():
            sending.result()
        talking.result()

    async def _talk(self) -> None:
        self._ctx.count_llm_call()
        while (end := await self._connection_end()) is not _End.OVER:
            if end is _End.RESTART:
                self._ctx.count_llm_call()
                self._handle = None
                self._owed.clear()
                self._request = await build_live_request(self._ctx, self._agent)
        await self._save(whole=True)

    async def _connection_end(self) -> _End:
        """Opens a connection and returns how it ended."""
        try:
            return await self._connect()
        except ModelError as error:
            if await self._may_resume(error):
                return _End.RESUME
            if error.code not in _NORMAL:
                raise
            return _End.OVER

    async def _may_resume(self, error: ModelError) -> bool:
        """Tells whether another connection can take this one's place; waits a little before."""
        if self._handle is None or self._line.is_hung_up or error.code not in _PASSING:
            return False
        self._attempts += 1
        if self._attempts > _MAX_ATTEMPTS:
            return False
        await asyncio.sleep(_FIRST_PAUSE_S * 2 ** (self._attempts - 1))
        return True

    async def _connect(self) -> _End:
        request = with_handle(self._request, self._handle)
        self._screen.request = request
        async with self._agent.canonical_live_model.connect(request) as connection:
            if self._handle is not None:
                await self._pay(connection)
            elif request.contents:
                await connection.send_history(request.contents)
            with self._line.over(connection):
                return await self._listen(connection)

    async def _listen(self, connection: BaseLlmConnection) -> _End:
        heard = True
        while heard:
            heard = False
            async with aclosing(connection.receive()) as responses:
                async for response in responses:
                    heard, self._attempts = True, 0
                    if (end := await self._take(response, connection)) is not None:
                        return end
        return _End.OVER

    async def _take(self, response: LlmResponse, connection: BaseLlmConnection) -> _End | None:
        if update := response.live_session_resumption_update:
            # Some points cannot be resumed; what came before them still can.
            self._handle = update.new_handle or self._handle
        if response.go_away:
            return _End.RESTART if self._handle is None else _End.RESUME
        if (blocked := await self._screen.model(response)) is not None:
            await self._outlet.send(blocked)
            return _End.RESTART
        if response.turn_complete or response.interrupted:
            await self._save(whole=bool(response.turn_complete))
        event = self._event(response)
        await self._outlet.send(event)
        self._recording.speak(event.content)
        if event.get_function_calls():
            return await self._run_calls(event, connection)
        return await self._screen_speech(response)

    async def _screen_speech(self, response: LlmResponse) -> _End | None:
        """Lets callbacks judge what the user said; the model has heard it already."""
        said = response.input_transcription
        if said is None or not said.finished or not said.text:
            return None
        content = types.Content(role="user", parts=[types.Part(text=said.text)])
        if (blocked := await self._screen.user(content)) is None:
            return None
        await self._outlet.send(blocked)
        return _End.RESTART

    async def _run_calls(self, event: Event, connection: BaseLlmConnection) -> _End | None:
        answers = await run_function_calls(
            self._ctx, self._agent, event.get_function_calls(), self._request.tools_dict
        )
        if answers is None:
            return None
        answers.live_session_id = event.live_session_id
        await self._outlet.send(answers)
        successor = answers.actions.transfer_to_agent
        if successor is not None:
            self._ctx.progress.successors[self._agent.name] = successor
            return _End.OVER
        if any(completes_task(answer.name) for answer in answers.get_function_responses()):
            return _End.OVER
        assert answers.content is not None
        self._owed.append(answers.content)
        await self._pay(connection)
        return None

    async def _pay(self, connection: BaseLlmConnection) -> None:
        """Sends answers to calls; those that a lost connection did not take go to the next one."""
        try:
            while self._owed:
                await connection.send_content(self._owed[0])
                self._owed.pop(0)
        except LiveConnectionClosedError:
            # Who receives learns of it too, after what was said before.
            return

    def _event(self, response: LlmResponse) -> Event:
        actions = EventActions()
        context = Context(self._ctx, event_actions=actions)
        planned = plan_answer(self._agent, context, response)
        context.settle()
        event = response_event(self._ctx, self._agent, planned, Event.new_id(), actions)
        if planned.input_transcription or (planned.content and planned.content.role == "user"):
            event.author = "user"
        name_calls(event, self._request)
        return event

    async def _save(self, *, whole: bool) -> None:
        for event in await self._recording.save(whole=whole):
            await self._outlet.send(event)
