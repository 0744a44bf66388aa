"""A model that answers with what it was told."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from google.genai import types
from pydantic import PrivateAttr

from adkconf.models.base_llm import BaseLlm
from adkconf.models.echo_connection import EchoConnection
from adkconf.models.echoed_text import echoed
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.models.offline_answer import offline_responses
from adkconf.models.word_usage import WordUsage


class Echo(BaseLlm):
    """Answers with the latest text of the user, without key or network.

    After a tool it answers with the tool's results as JSON. What other agents said does not count
    as the user's text. A file is answered with its type in brackets. Token counts are words.

    In a live conversation where sound is asked for, texts come as transcriptions, and sound comes
    back as it was.
    """

    model: str = "echo"

    _usage: WordUsage = PrivateAttr(default_factory=WordUsage)

    @classmethod
    def supported_models(cls) -> list[str]:
        """Returns the one name of this model."""
        return ["echo"]

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        """Answers with the latest text of the user."""
        parts = [types.Part(text=echoed(llm_request.contents))]
        usage = self._usage.of(llm_request, parts)
        for response in offline_responses(parts, model=self.model, usage=usage, stream=stream):
            yield response

    @asynccontextmanager
    async def connect(self, llm_request: LlmRequest) -> AsyncIterator[EchoConnection]:
        """Opens a live conversation."""
        connection = EchoConnection(llm_request.live_connect_config)
        try:
            yield connection
        finally:
            await connection.close()
