"""Summaries that a model writes."""

from __future__ import annotations

from collections.abc import Iterator

from google.genai import types

from adkconf.apps.base_events_summarizer import BaseEventsSummarizer
from adkconf.errors import InputValidationError, ModelError
from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions, EventCompaction
from adkconf.models.base_llm import BaseLlm
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse

_PLACE = "{conversation_history}"

_TEMPLATE = f"""\
Below is a conversation between a user and one or more agents. It may begin with a summary of what
came before. Write the summary that will stand in its place: whoever goes on with the conversation
will see nothing else of it.

Begin with the language the user writes in, as "Language: ...". Say what the user wants, what was
decided, what was found out, and what is still open. Name the tools that were called exactly as they
are called here. Keep it short, and leave nothing out that later turns may need.

{_PLACE}"""

_MOST_CHARACTERS = 2000
"""Of the arguments and the answer of one tool call; a search result may be larger than all else."""

_CREDENTIALS = "adk_request_credential"


class LlmEventSummarizer(BaseEventsSummarizer):
    """Asks `llm` for the summary.

    `prompt_template` must contain `{conversation_history}`, where the events are put as text.

    Raises:
        InputValidationError: the template has no such place.
    """

    def __init__(self, llm: BaseLlm, prompt_template: str | None = None) -> None:
        template = prompt_template or _TEMPLATE
        if _PLACE not in template:
            raise InputValidationError(
                f"prompt_template has no {_PLACE}; put it where the conversation belongs"
            )
        self._llm = llm
        self._template = template

    async def maybe_summarize_events(self, *, events: list[Event]) -> Event | None:
        """Returns the summary; None when the model has nothing to say.

        Raises:
            ModelError: the model answered with an error.
        """
        if not events:
            return None
        prompt = self._template.replace(_PLACE, "\n".join(_lines(events)))
        answer = await self._ask(prompt)
        if answer is None or answer.content is None:
            return None
        compaction = EventCompaction(
            start_timestamp=events[0].timestamp,
            end_timestamp=events[-1].timestamp,
            compacted_content=answer.content.model_copy(update={"role": "model"}),
        )
        return Event(
            invocation_id=Event.new_id(),
            author="user",
            actions=EventActions(compaction=compaction),
            usage_metadata=answer.usage_metadata,
        )

    async def _ask(self, prompt: str) -> LlmResponse | None:
        content = types.Content(role="user", parts=[types.Part(text=prompt)])
        request = LlmRequest(model=self._llm.model, contents=[content])
        answer: LlmResponse | None = None
        async for response in self._llm.generate_content_async(request, stream=False):
            if response.error_code:
                raise ModelError(
                    f"no summary: {response.error_message or response.error_code}",
                    code=response.error_code,
                )
            if response.content is not None and answer is None:
                answer = response
        return answer


def _lines(events: list[Event]) -> Iterator[str]:
    for event in events:
        for part in (event.content.parts if event.content else None) or ():
            if line := _line(event.author, part):
                yield line


def _line(author: str, part: types.Part) -> str | None:
    if part.text:
        return f"{author} thought: {part.text}" if part.thought else f"{author}: {part.text}"
    if (call := part.function_call) is not None and call.name != _CREDENTIALS:
        return f"{author} called {call.name}({_shortened(call.args)})"
    if (answer := part.function_response) is not None and answer.name != _CREDENTIALS:
        return f"{answer.name} answered {_shortened(answer.response)}"
    return None


def _shortened(value: object) -> str:
    text = str(value)
    left_out = len(text) - _MOST_CHARACTERS
    return text if left_out <= 0 else f"{text[:_MOST_CHARACTERS]}... ({left_out} characters more)"
