"""The contract of a model."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from adkconf.models.base_llm_connection import BaseLlmConnection
    from adkconf.models.llm_request import LlmRequest
    from adkconf.models.llm_response import LlmResponse


class BaseLlm(BaseModel):
    """Subclass this to bring a model of your own.

    One instance serves many runs at once, so keep per-call state in local variables. The request
    belongs to the caller: copy what must be changed.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model: str

    @classmethod
    def supported_models(cls) -> list[str]:
        """Returns regular expressions, each matched against a whole model name."""
        return []

    @abstractmethod
    def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        """Answers one request.

        Yields exactly one response when `stream` is false; otherwise fragments with
        `partial=True` and then the complete response.
        """

    def connect(self, llm_request: LlmRequest) -> AbstractAsyncContextManager[BaseLlmConnection]:
        """Opens a live connection, for the time of the block.

        Raises:
            NotImplementedError: the model has no live mode.
        """
        raise NotImplementedError(f"Live connection is not supported for {self.model}.")

    async def close(self) -> None:
        """Releases what the model holds open; a later call opens it again.

        The runner calls it once for each model of its agents. Nothing to do by default.
        """
