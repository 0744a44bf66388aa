"""Run as a process: appends events to a session and prints each id once it is acknowledged."""

from __future__ import annotations

import asyncio
import os
import sys

from adkconf.events.event import Event
from adkconf.sessions import DatabaseSessionService

IDS = {"app_name": "app", "user_id": "u", "session_id": "s"}


async def main(url: str, writer: str, count: int) -> None:
    service = DatabaseSessionService(url)
    session = await service.load_for_run(**IDS)
    assert session is not None
    # An acknowledgement counts when it has left the process.
    os.write(1, b"ready\n")
    sys.stdin.readline()
    for n in range(count):
        event = Event(id=f"{writer}-{n}", author=writer, state={f"app:{writer}-{n}": n})
        await service.append_event(session, event)
        os.write(1, f"{event.id}\n".encode())
    await service.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
