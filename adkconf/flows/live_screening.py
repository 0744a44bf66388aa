"""What callbacks have to say about a live conversation."""

from __future__ import annotations

from google.genai import types

from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions
from adkconf.flows.model_call import after_model, before_model, name_calls, response_event
from adkconf.flows.port import LlmAgentPort
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse


class Screen:
    """Shows callbacks what is said on either side, as if each were a model call of its own.

    What they answer with takes its place. `request` is that of the connection.
    """

    def __init__(self, ctx: InvocationContext, agent: LlmAgentPort, request: LlmRequest) -> None:
        self._ctx = ctx
        self._agent = agent
        self._spoken = ""
        self.request = request

    async def user(self, content: types.Content) -> Event | None:
        """Shows what the user said to the before-model callbacks; returns the event of an answer.

        Changes of the request have no effect: the connection stands already.
        """
        request = self.request.model_copy(update={"contents": [content]})
        actions = EventActions()
        context = Context(self._ctx, event_actions=actions)
        answer = await before_model(self._ctx, self._agent, request, context)
        context.settle()
        return None if answer is None else self._event(answer, actions)

    async def model(self, response: LlmResponse) -> Event | None:
        """Shows what the model has said in this turn to the after-model callbacks, piece by piece.

        Only the transcription of its speech is shown. Returns the event of an answer.
        """
        if response.turn_complete or response.interrupted:
            self._spoken = ""
        piece = response.output_transcription
        if piece is None or piece.finished or not piece.text:
            return None
        self._spoken += piece.text
        so_far = types.Transcription(text=self._spoken, finished=False)
        shown = response.model_copy(update={"output_transcription": so_far})
        actions = EventActions()
        context = Context(self._ctx, event_actions=actions)
        answer = await after_model(self._ctx, self._agent, shown, context)
        context.settle()
        return None if answer is shown else self._event(answer, actions)

    def _event(self, answer: LlmResponse, actions: EventActions) -> Event:
        event = response_event(self._ctx, self._agent, answer, Event.new_id(), actions)
        name_calls(event, self.request)
        event.turn_complete = True
        return event
