"""What services in Vertex AI have in common: they are open as long as their client is."""

from __future__ import annotations

from typing import Self

from adkconf.vertex.client import VertexClient


class VertexService:
    """Opens and closes the client of a service, on request or as a context manager."""

    def __init__(self, client: VertexClient) -> None:
        self._client = client

    async def open(self) -> None:
        """Makes sure that there are credentials; without it the first call does.

        Raises:
            InputValidationError: project or location is not known.
            ServiceUnavailableError: there are no credentials that work.
        """
        await self._client.open()

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
