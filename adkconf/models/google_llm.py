"""Gemini models, through the google-genai SDK."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractContextManager, AsyncExitStack, aclosing, asynccontextmanager
from functools import partial
from typing import Any, Self
from urllib.parse import urlsplit

from google.genai import Client, types
from pydantic import Field, PrivateAttr, ValidationError

from adkconf.errors import ModelError
from adkconf.models.base_llm import BaseLlm
from adkconf.models.context_cache import CachedRequest, use_cache
from adkconf.models.gemini_errors import explained
from adkconf.models.gemini_live_setup import connect_config
from adkconf.models.gemini_llm_connection import GeminiLlmConnection
from adkconf.models.gemini_names import GEMINI_NAMES
from adkconf.models.gemini_request import sendable_config, sendable_contents
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.models.per_loop_client import PerLoopClient
from adkconf.models.pumped_stream import pumped
from adkconf.models.streamed_answer import StreamedAnswer

# The older ones lack parts of the Live API.
_LIVE_API_VERSION = "v1alpha"


class Gemini(BaseLlm):
    """A model of the Gemini API, or of Vertex AI.

    Credentials come from the environment, as google-genai documents it: GOOGLE_API_KEY, or
    GOOGLE_GENAI_USE_VERTEXAI with GOOGLE_CLOUD_PROJECT. A model name that starts with `projects/`
    means Vertex AI.

    `client` is used as it is for every call, and left open. Otherwise each event loop gets its
    own client, made of `client_kwargs` (arguments of `google.genai.Client`), `base_url`,
    `api_version` (default: GOOGLE_GENAI_API_VERSION, or the SDK's) and `retry_options` (default:
    no retries); `close` closes it. `speech_config` counts where a request has none.
    """

    model: str = "gemini-2.5-flash"
    client: Client | None = Field(default=None, exclude=True)
    client_kwargs: dict[str, Any] | None = Field(default=None, exclude=True, repr=False)
    base_url: str | None = None
    api_version: str | None = None
    speech_config: types.SpeechConfig | None = None
    retry_options: types.HttpRetryOptions | None = None

    _clients: PerLoopClient = PrivateAttr(default_factory=PerLoopClient)
    _live_clients: PerLoopClient = PrivateAttr(default_factory=PerLoopClient)

    def __copy__(self) -> Self:
        copied = super().__copy__()
        # Clients are made of the settings, and a copy may get others.
        copied._clients = PerLoopClient()
        copied._live_clients = PerLoopClient()
        return copied

    @classmethod
    def supported_models(cls) -> list[str]:
        """Returns the patterns of Gemini's names."""
        return list(GEMINI_NAMES)

    @property
    def api_client(self) -> Client:
        """The client of the running event loop.

        Raises:
            ModelError: there are no credentials, or `client_kwargs` are wrong.
        """
        return self.client or self._clients.get(self._new_client)

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        """Sends the request; every failure to get an answer is a ModelError.

        A refusal (a blocked prompt, a safety stop, too many tokens) is an answer: its
        `error_code` is the reason.

        Raises:
            ModelError: no credentials, an error status, no connection, no time, no sense.
        """
        client, name = self.api_client, llm_request.model or self.model
        cached = await use_cache(client, name, llm_request, self._secrets)
        try:
            async with aclosing(self._answers(client, name, cached, stream)) as answers:
                async for answer in answers:
                    yield answer
            return
        except ModelError as error:
            if not cached.is_lost(error):
                raise
        request = llm_request.model_copy(update={"cache_metadata": None})
        cached = await use_cache(client, name, request, self._secrets)
        async with aclosing(self._answers(client, name, cached, stream)) as answers:
            async for answer in answers:
                yield answer

    async def _answers(
        self, client: Client, name: str, cached: CachedRequest, stream: bool
    ) -> AsyncGenerator[LlmResponse, None]:
        arguments: dict[str, Any] = {
            "model": name,
            "contents": sendable_contents(cached.request, vertexai=client.vertexai),
            "config": sendable_config(
                cached.request, vertexai=client.vertexai, speech_config=self.speech_config
            ),
        }
        if not stream:
            with self._explained(name):
                response = await client.aio.models.generate_content(**arguments)
            yield cached.told(LlmResponse.create(response))
            return
        answer = StreamedAnswer()
        with self._explained(name):
            stream_of_chunks = await client.aio.models.generate_content_stream(**arguments)
            async with pumped(stream_of_chunks) as chunks:
                async for chunk in chunks:
                    if (fragment := answer.add(chunk)) is not None:
                        yield fragment
        yield cached.told(answer.complete())

    @asynccontextmanager
    async def connect(self, llm_request: LlmRequest) -> AsyncIterator[GeminiLlmConnection]:
        """Opens a connection of the Live API; every failure is a ModelError."""
        client, name = self.live_client, llm_request.model or self.model
        explained_here = partial(self._explained, name)
        async with AsyncExitStack() as opened:
            with explained_here():
                config = connect_config(
                    llm_request,
                    name=name,
                    vertexai=client.vertexai,
                    speech_config=self.speech_config,
                )
                connecting = client.aio.live.connect(model=name, config=config)
                session = await opened.enter_async_context(connecting)
            yield GeminiLlmConnection(session, model=name, explained=explained_here)

    @property
    def live_client(self) -> Client:
        """The client of the running event loop for live connections."""
        if self.client is not None or self.api_client.vertexai:
            return self.api_client
        return self._live_clients.get(lambda: self._new_client(_LIVE_API_VERSION))

    async def close(self) -> None:
        """Closes the connections of every event loop; a given `client` stays open."""
        await self._clients.close()
        await self._live_clients.close()

    def _new_client(self, default_version: str | None = None) -> Client:
        kwargs: dict[str, Any] = {"enterprise": True} if self.model.startswith("projects/") else {}
        kwargs |= self.client_kwargs or {}
        with self._explained(self.model):
            try:
                options = self._http_options(kwargs.get("http_options"))
                options.api_version = options.api_version or default_version
                kwargs["http_options"] = options
                return Client(**kwargs)
            except (TypeError, ValidationError) as error:
                raise ValueError(f"client_kwargs are wrong: {error}") from error

    def _http_options(self, given: types.HttpOptionsOrDict | None) -> types.HttpOptions:
        """Completes what `client_kwargs` give with the fields of this model."""
        options = types.HttpOptions.model_validate(given or {}).model_copy()
        base_url, version = _split_version(self.base_url)
        version = version or self.api_version or os.environ.get("GOOGLE_GENAI_API_VERSION")
        options.base_url = options.base_url or base_url
        options.api_version = options.api_version or version or None
        options.retry_options = options.retry_options or self.retry_options
        return options

    def _explained(self, model: str) -> AbstractContextManager[None]:
        return explained(model, secrets=self._secrets)

    @property
    def _secrets(self) -> list[str]:
        key = (self.client_kwargs or {}).get("api_key")
        return [key] if isinstance(key, str) else []


def _split_version(base_url: str | None) -> tuple[str | None, str | None]:
    """Takes the version off the end of a Google address; addresses of proxies stay whole."""
    address = urlsplit(base_url or "")
    match = re.fullmatch(r"/?(v\d[a-z0-9.-]*)/?", address.path)
    if match is None or not (address.hostname or "").endswith(".googleapis.com"):
        return base_url, None
    return address._replace(path="/").geturl(), match[1]
