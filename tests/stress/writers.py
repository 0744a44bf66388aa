"""Processes that write to one session, and what comes of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from adkconf.sessions import DatabaseSessionService, Session
from tests.stress import history_checks as checks
from tests.stress.journal import noted
from tests.stress.writer import IDS, event_id

ROOT = Path(__file__).parents[2]


class Writers:
    """Processes that start together; `same` makes all of them send the same ids."""

    def __init__(
        self,
        url: str,
        folder: Path,
        how_many: int,
        count: int,
        *,
        same: bool = False,
        lives: int = 0,
    ) -> None:
        self.count = count
        self.names = ["same" if same else f"w{n}" for n in range(how_many)]
        self.journals = [folder / f"journal{n}" for n in range(how_many)]
        self._processes = [
            self._start(url, journal, name, lives)
            for name, journal in zip(self.names, self.journals, strict=True)
        ]

    def _start(self, url: str, journal: Path, name: str, lives: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.stress.writer", url, str(journal), name]
        return subprocess.Popen(
            [*command, str(self.count), str(lives)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def go(self) -> None:
        for process in self._processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()

    def running(self) -> bool:
        return any(process.poll() is None for process in self._processes)

    def finish(self) -> None:
        for process in self._processes:
            process.communicate()
            assert process.returncode == 0

    def problems(self, session: Session) -> list[str]:
        """What is wrong with the session after all this; every event must be there."""
        ids = [event.id for event in session.events]
        sent = [[event_id(name, n) for n in range(self.count)] for name in self.names]
        acknowledged = [noted(journal) for journal in self.journals]
        return [
            *(
                f"{name} was not told of all"
                for name, a, s in self._each(acknowledged, sent)
                if a != s
            ),
            *(p for each in acknowledged for p in checks.lost(each, ids)),
            *checks.duplicated(ids),
            *checks.invented([each for part in sent for each in part], ids),
            *(p for each in sent for p in checks.reordered(each, ids)),
            *checks.backwards([event.timestamp for event in session.events]),
            *checks.not_the_sum(session.state, [e.actions.state_delta for e in session.events]),
        ]

    def _each(
        self, acknowledged: list[list[str]], sent: list[list[str]]
    ) -> list[tuple[str, list[str], list[str]]]:
        return list(zip(self.names, acknowledged, sent, strict=True))


async def fresh_session(url: str) -> None:
    service = DatabaseSessionService(url)
    await service.delete_session(**IDS)
    await service.create_session(**IDS)
    await service.close()


async def stored_session(url: str) -> Session:
    service = DatabaseSessionService(url)
    session = await service.get_session(**IDS)
    await service.close()
    assert session is not None
    return session
