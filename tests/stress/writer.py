"""Run as a process: appends events to a session and journals each once it is acknowledged.

    python -m tests.stress.writer URL JOURNAL NAME COUNT [LIVES]

With LIVES, an event that fails is sent again, under the same id, until that many seconds passed.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

from adkconf.errors import ServiceUnavailableError
from adkconf.events.event import Event
from adkconf.sessions import DatabaseSessionService, Session
from tests.stress.journal import Journal, noted

IDS: dict[str, Any] = {"app_name": "app", "user_id": "u", "session_id": "s"}


def event_id(name: str, number: int) -> str:
    return f"{name}-{number}"


async def write(url: str, journal: Path, name: str, count: int, lives: float) -> None:
    service = DatabaseSessionService(url)
    done = len(noted(journal))
    acknowledged = Journal(journal)
    session = await service.load_for_run(**IDS)
    assert session is not None
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(done, count):
        await persist(service, session, name, number, lives)
        acknowledged.note(event_id(name, number))
    acknowledged.close()
    await service.close()


async def persist(
    service: DatabaseSessionService, session: Session, name: str, number: int, lives: float
) -> None:
    end = time.monotonic() + lives
    while True:
        event = Event(id=event_id(name, number), author=name, state={name: number})
        try:
            await service.append_event(session, event)
        except ServiceUnavailableError:
            if time.monotonic() > end:
                raise
            await asyncio.sleep(0.05)
        else:
            return


if __name__ == "__main__":
    url, journal, name, count, *lives = sys.argv[1:]
    asyncio.run(write(url, Path(journal), name, int(count), float(lives[0]) if lives else 0.0))
