"""Run as a process: appends an event to the session of each line it reads, and answers `done`.

python -m tests.stress.answering_writer URL
"""

from __future__ import annotations

import asyncio
import sys

from adkconf.events.event import Event
from adkconf.sessions import DatabaseSessionService


async def answer(url: str) -> None:
    service = DatabaseSessionService(url)
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        session = await service.load_for_run(app_name="flat", user_id="u", session_id=line.strip())
        assert session is not None
        await service.append_event(session, Event(author="other", state={"n": 1}))
        print("done", flush=True)
    await service.close()


if __name__ == "__main__":
    asyncio.run(answer(sys.argv[1]))
