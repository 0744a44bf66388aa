"""One connection to an MCP server."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from adkconf._version import __version__
from adkconf.errors import ServiceUnavailableError
from adkconf.tools.mcp_tool.sdk import (
    ClientSession,
    ElicitationFnT,
    Implementation,
    JSONRPCDispatcher,
    SamplingCapability,
    SamplingFnT,
)

# What closing a process takes at most: it is asked, then told, then killed.
_CLOSING_S = 8.0


@dataclass(frozen=True)
class Answering:
    """What is done when a server asks back."""

    sampling: SamplingFnT | None = None
    sampling_capabilities: SamplingCapability | None = None
    elicitation: ElicitationFnT | None = None


class _Dispatcher(JSONRPCDispatcher[Any]):
    """Tells when the server's side has ended."""

    def __init__(self, read_stream: Any, write_stream: Any, ended: asyncio.Event) -> None:
        super().__init__(read_stream, write_stream)
        self.ended = ended

    async def run(self, *args: Any, **kwargs: Any) -> None:
        try:
            await super().run(*args, **kwargs)
        finally:
            self.ended.set()


class Connection:
    """A session with a server that lasts until it is closed, or the server goes away.

    It lives in a task of its own, since the SDK has to be left by the task that entered it.
    `forgotten` is set when the server does not know the session any more.
    """

    def __init__(
        self,
        place: str,
        transport: AbstractAsyncContextManager[Any],
        forgotten: asyncio.Event,
        *,
        timeout: float,
        read_timeout: float,
        answering: Answering,
    ) -> None:
        self._place = place
        self._transport = transport
        self.forgotten = forgotten
        self._timeout = timeout
        self._read_timeout = read_timeout
        self._answering = answering
        self._closing = asyncio.Event()
        self._ended = asyncio.Event()
        self._session: asyncio.Future[ClientSession] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._live())
        self.loop = asyncio.get_running_loop()

    @property
    def alive(self) -> bool:
        """Whether requests can be made."""
        over = (self._closing, self._ended, self.forgotten)
        return not self._task.done() and not any(event.is_set() for event in over)

    async def session(self) -> ClientSession:
        """Returns the session once the server has greeted.

        Raises:
            ServiceUnavailableError: it cannot be reached, or does not answer in time.
        """
        try:
            return await asyncio.wait_for(asyncio.shield(self._session), self._timeout)
        except TimeoutError as error:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=_CLOSING_S)
            raise ServiceUnavailableError(
                f"{self._place} did not answer within {self._timeout:g} seconds; is it an MCP "
                "server? Give it longer with `timeout`"
            ) from error

    async def close(self) -> None:
        """Ends the session, and the process if it is one."""
        self._closing.set()
        if not self._session.done():
            self._task.cancel()
        done, _ = await asyncio.wait([self._task], timeout=_CLOSING_S)
        if not done:
            self._task.cancel()

    async def _live(self) -> None:
        try:
            async with self._transport as streams:
                dispatcher = _Dispatcher(streams[0], streams[1], self._ended)
                async with self._client(dispatcher) as session:
                    await session.initialize()
                    if not self._session.done():
                        self._session.set_result(session)
                    await self._until_over()
        except Exception as error:
            self._fail(error)
        finally:
            self._fail(None)

    def _client(self, dispatcher: _Dispatcher) -> ClientSession:
        return ClientSession(
            dispatcher=dispatcher,
            read_timeout_seconds=self._read_timeout,
            sampling_callback=self._answering.sampling,
            sampling_capabilities=self._answering.sampling_capabilities,
            elicitation_callback=self._answering.elicitation,
            client_info=Implementation(name="adkconf", version=__version__),
        )

    async def _until_over(self) -> None:
        waits = [asyncio.create_task(e.wait()) for e in (self._closing, self._ended)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _fail(self, error: BaseException | None) -> None:
        """Tells whoever waits for the session that there will be none."""
        if self._session.done():
            return
        told = f": {_told(error)}" if error is not None else ""
        self._session.set_exception(
            ServiceUnavailableError(f"{self._place} cannot be reached{told}")
        )
        # Nobody may be waiting any more.
        self._session.exception()


def _told(error: BaseException) -> str:
    """Returns the first words of an error, or of the errors in a group."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_told(inner) for inner in error.exceptions)
    return " ".join(str(error).split())[:300] or type(error).__name__
