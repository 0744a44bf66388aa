"""The contract of a live connection to a model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator

from google.genai import types

from adkconf.models.llm_response import LlmResponse

RealtimeInput = types.Blob | types.ActivityStart | types.ActivityEnd | types.LiveClientRealtimeInput


class BaseLlmConnection(ABC):
    """Subclass this, and return it from `BaseLlm.connect`, to bring a live model of your own.

    One task sends while another receives. Everything raises LiveConnectionClosedError once the
    connection is closed.
    """

    @abstractmethod
    async def send_history(self, history: list[types.Content]) -> None:
        """Sends what was said before; the model answers if a user said the last of it."""

    @abstractmethod
    async def send_content(self, content: types.Content) -> None:
        """Sends a message, or nothing but answers to function calls; the model goes on at once."""

    async def _send_content(self, content: types.Content, *, partial: bool = False) -> None:
        """Sends a message of which, with `partial`, more will follow.

        Models that cannot wait for more answer each piece.
        """
        await self.send_content(content)

    @abstractmethod
    async def send_realtime(self, blob: RealtimeInput) -> None:
        """Sends sound, an image or a signal; the model decides when to answer."""

    @abstractmethod
    def receive(self) -> AsyncGenerator[LlmResponse, None]:
        """Yields what the model says, up to the end of its turn at least.

        It is called again for the next turn. Nothing at all means that the model has hung up.
        """

    @abstractmethod
    async def close(self) -> None:
        """Hangs up; whoever receives comes to an end."""
