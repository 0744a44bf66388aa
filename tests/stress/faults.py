"""Faults at the n-th call of a driver: in SQLite's own classes, and on PostgreSQL's wire."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

R = TypeVar("R")

SqliteFault = Literal["fails", "fails behind", "closes"]
WireFault = Literal["cut before", "cut behind", "stalls"]


@dataclass
class Countdown:
    """Tells at which call it is time; with 0, at none."""

    at: int = 0
    calls: int = 0

    def is_due(self) -> bool:
        self.calls += 1
        return self.calls == self.at


class FaultyConnection(sqlite3.Connection):
    """A connection that fails instead of a call, behind it, or closes itself before it."""

    countdown: Countdown
    fault: SqliteFault

    def cursor(self, *_: Any) -> sqlite3.Cursor:
        return super().cursor(FaultyCursor)

    def commit(self) -> None:
        self.strike(super().commit)

    def strike(self, call: Callable[[], R]) -> R:
        if not self.countdown.is_due():
            return call()
        if self.fault == "fails behind":
            call()
        if self.fault == "closes":
            self.close()
            raise sqlite3.ProgrammingError("Cannot operate on a closed database.")
        raise sqlite3.OperationalError("disk I/O error")


class FaultyCursor(sqlite3.Cursor):
    connection: FaultyConnection

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        return self.connection.strike(lambda: super(FaultyCursor, self).execute(*arguments))


def faulty_sqlite(countdown: Countdown, fault: SqliteFault) -> type[sqlite3.Connection]:
    """A connection class for the argument `factory` of sqlite3.connect."""
    return type("Connection", (FaultyConnection,), {"countdown": countdown, "fault": fault})


@dataclass
class Wire:
    """Passes bytes between clients and a server, until it is time for a fault."""

    countdown: Countdown
    fault: WireFault
    server_port: int
    port: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self.server_port)
        back = asyncio.create_task(_pass_on(from_server, writer))
        self._tasks |= {back, asyncio.current_task()}  # type: ignore[arg-type]
        try:
            while data := await reader.read(65536):
                due = self.countdown.is_due()
                if due and self.fault != "stalls":
                    back.cancel()
                if due and self.fault == "cut before":
                    return
                if due and self.fault == "stalls":
                    continue
                to_server.write(data)
                await to_server.drain()
                if due:
                    await asyncio.sleep(0.02)  # the server works on it meanwhile
                    return
        except OSError:
            pass
        finally:
            to_server.close()
            writer.close()
            back.cancel()

    @classmethod
    @asynccontextmanager
    async def to(
        cls, server_port: int, countdown: Countdown, fault: WireFault
    ) -> AsyncIterator[Wire]:
        wire = cls(countdown, fault, server_port)
        server = await asyncio.start_server(wire._serve, "127.0.0.1", 0)
        wire.port = server.sockets[0].getsockname()[1]
        try:
            yield wire
        finally:
            server.close()
            for task in wire._tasks:
                task.cancel()
            await asyncio.gather(*wire._tasks, return_exceptions=True)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
