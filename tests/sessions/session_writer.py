"""What a process does that appends events to a session and tells each id once it is there."""

from __future__ import annotations

import asyncio
from multiprocessing.connection import Connection

from adkconf.events.event import Event
from adkconf.sessions import DatabaseSessionService

IDS = {"app_name": "app", "user_id": "u", "session_id": "s"}


def write(url: str, writer: str, count: int, teller: Connection) -> None:
    asyncio.run(_write(url, writer, count, teller))


async def _write(url: str, writer: str, count: int, teller: Connection) -> None:
    service = DatabaseSessionService(url)
    session = await service.load_for_run(**IDS)
    assert session is not None
    # Unbuffered: an acknowledgement counts when it has left the process.
    teller.send("ready")
    teller.recv()
    for n in range(count):
        event = Event(id=f"{writer}-{n}", author=writer, state={f"app:{writer}-{n}": n})
        await service.append_event(session, event)
        teller.send(event.id)
    await service.close()
