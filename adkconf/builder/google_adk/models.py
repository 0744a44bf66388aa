"""Models of adkconf where google-adk expects its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from google.adk.agents.callback_context import CallbackContext
from google.adk.models._capabilities import LlmCapabilities
from google.adk.models.base_llm import BaseLlm as AdkBaseLlm
from google.adk.models.base_llm_connection import BaseLlmConnection as AdkConnection
from google.adk.models.llm_request import LlmRequest as AdkLlmRequest
from google.adk.models.llm_response import LlmResponse as AdkLlmResponse
from google.adk.models.registry import LLMRegistry as AdkRegistry
from google.adk.plugins.base_plugin import BasePlugin
from google.genai import types

from adkconf.builder.google_adk.agents import llm_agents
from adkconf.models.base_llm import BaseLlm
from adkconf.models.base_llm_connection import BaseLlmConnection
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.models.registry import LLMRegistry

_calling: ContextVar[CallbackContext | None] = ContextVar("adkconf_calling", default=None)


class CallNote(BasePlugin):
    """Notes for whom a model is called: a request of google-adk's does not tell."""

    def __init__(self) -> None:
        super().__init__("adkconf_call_note")

    async def before_model_callback(
        self, *, callback_context: CallbackContext, llm_request: AdkLlmRequest
    ) -> None:
        """Notes the session; the model is called in the same task."""
        _calling.set(callback_context)


class AdoptedModel(AdkBaseLlm):
    """A model of adkconf's behind google-adk's contract."""

    own: BaseLlm

    @property
    def capabilities(self) -> LlmCapabilities:
        """What the model can do: nothing is guessed from its name."""
        return LlmCapabilities(output_schema_and_tools=False)

    async def generate_content_async(
        self, llm_request: AdkLlmRequest, stream: bool = False
    ) -> AsyncGenerator[AdkLlmResponse, None]:
        """Passes the request on, and the answers back."""
        request = _own_request(llm_request)
        if (context := _calling.get()) is not None:
            session = context.session
            request.session_key = (session.app_name, session.user_id, session.id)
            request.earlier_answers = partial(self._earlier_answers, context)
        async with aclosing(self.own.generate_content_async(request, stream)) as answers:
            async for answer in answers:
                yield _adk_response(answer)

    @asynccontextmanager
    async def connect(self, llm_request: AdkLlmRequest) -> AsyncIterator[AdkConnection]:
        """Opens a live connection, for the time of the block."""
        async with self.own.connect(_own_request(llm_request)) as connection:
            yield _Connection(connection)

    async def close(self) -> None:
        """Releases what the model holds open."""
        await self.own.close()

    def _earlier_answers(self, context: CallbackContext) -> int:
        """Counts the answers of this model in the session."""
        agent: Any = context._invocation_context.agent
        names = {
            member.name for member in llm_agents(agent.root_agent) if member.canonical_model is self
        }
        return sum(
            1
            for event in context.session.events
            if event.author in names and event.model_version is not None
        )


class _Connection(AdkConnection):
    """A live connection of adkconf's behind google-adk's contract."""

    def __init__(self, own: BaseLlmConnection) -> None:
        self._own = own

    async def send_history(self, history: list[types.Content]) -> None:
        await self._own.send_history(history)

    async def send_content(self, content: types.Content) -> None:
        await self._own.send_content(content)

    async def _send_content(self, content: types.Content, *, partial: bool = False) -> None:
        await self._own._send_content(content, partial=partial)

    async def send_realtime(self, blob: Any) -> None:
        await self._own.send_realtime(blob)

    async def receive(self) -> AsyncGenerator[AdkLlmResponse, None]:
        async with aclosing(self._own.receive()) as answers:
            async for answer in answers:
                yield _adk_response(answer)

    async def close(self) -> None:
        await self._own.close()


class LentModel(BaseLlm):
    """A model of google-adk's behind adkconf's contract."""

    adk: AdkBaseLlm

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        """Passes the request on, and the answers back."""
        request = AdkLlmRequest(
            model=llm_request.model, contents=llm_request.contents, config=llm_request.config
        )
        async with aclosing(self.adk.generate_content_async(request, stream)) as answers:
            async for answer in answers:
                yield LlmResponse.model_validate(answer.model_dump())


def lend_model(model: Any) -> Any:
    """Returns a model, or the name of one, as callers that know only adkconf take it."""
    if isinstance(model, AdoptedModel):
        return model.own
    return LentModel(model=model.model, adk=model) if isinstance(model, AdkBaseLlm) else model


def adopt_model(model: Any) -> Any:
    """Returns a model, or the name of one, as google-adk's agents take it.

    A name that google-adk knows is left to it.

    Raises:
        InputValidationError: neither of the two knows the name.
    """
    if isinstance(model, str):
        if not model or _knows(model):
            return model
        model = LLMRegistry.new_llm(model)
    return AdoptedModel(model=model.model, own=model) if isinstance(model, BaseLlm) else model


def _knows(name: str) -> bool:
    try:
        AdkRegistry.resolve(name)
    except ValueError:
        return False
    return True


def _own_request(request: AdkLlmRequest) -> LlmRequest:
    fields = {
        name: getattr(request, name)
        for name in AdkLlmRequest.model_fields
        if name in LlmRequest.model_fields
    }
    return LlmRequest(**fields)


def _adk_response(response: LlmResponse) -> AdkLlmResponse:
    return AdkLlmResponse.model_validate(response.model_dump())
