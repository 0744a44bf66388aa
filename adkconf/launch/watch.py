"""Notices that files which matter have changed.

Directories are watched, not files: a file's own watch dies when an editor renames another over it
or a mounted ConfigMap swaps its links.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from watchfiles._rust_notify import RustNotify

# A change counts once nothing has happened for a step, so that a file written in two chunks is
# seen whole; the debounce bounds the wait when something (a database) writes all the time.
_STEP_MS = 50
_DEBOUNCE_MS = 150
_POLL_DELAY_MS = 200
_RETRY_SECONDS = 0.1
_MAX_LINKS = 40


class Reloading(Protocol):
    """What is kept up to date: `Live`."""

    @property
    def files(self) -> frozenset[Path]:
        """The files that matter now."""

    async def catch_up(self) -> bool:
        """Loads them if they differ from what was loaded; tells whether it did."""


@dataclass(frozen=True)
class Trail:
    """The paths whose change can alter what a set of files says.

    These are the files, the symbolic links on the way to them, the directories they are in, and
    of a path that does not exist the first missing part.
    """

    paths: frozenset[str]

    @classmethod
    def of(cls, files: Iterable[Path]) -> Trail:
        """Follows the links as they are now."""
        return cls(frozenset(str(path) for file in files for path in _steps(file)))

    @property
    def directories(self) -> list[str]:
        """The directories to watch, without those below them."""
        return sorted({os.path.dirname(path) for path in self.paths})

    def touched(self, changes: Iterable[tuple[int, str]]) -> bool:
        """Tells whether any of the changes matters."""
        return any(path in self.paths for _, path in changes)


async def follow(live: Reloading) -> None:
    """Reloads whenever a file that matters changes; runs until it is cancelled.

    Raises:
        OSError: the system refuses to watch (too many watches, for one).
    """
    polling = bool(os.environ.get("WATCHFILES_FORCE_POLLING"))
    while True:
        trail = await asyncio.to_thread(Trail.of, live.files)
        try:
            watcher = RustNotify(trail.directories, False, polling, _POLL_DELAY_MS, False, True)
        except FileNotFoundError:  # a directory went away since the trail was made
            await asyncio.sleep(_RETRY_SECONDS)
            continue
        with watcher:
            # With the watch standing, so that no change falls between two watches.
            if not await live.catch_up():
                while not trail.touched(await _next_changes(watcher)):
                    pass
                await live.catch_up()
        # The trail may lead elsewhere now: another watch.


async def _next_changes(watcher: RustNotify) -> Iterable[tuple[int, str]]:
    stop = threading.Event()
    waiting = asyncio.ensure_future(
        asyncio.to_thread(watcher.watch, _DEBOUNCE_MS, _STEP_MS, 0, stop)
    )
    try:
        changes = await asyncio.shield(waiting)
    finally:
        # The thread must be out of the watcher before the watcher is closed.
        stop.set()
        await waiting
    return () if isinstance(changes, str) else changes


def _steps(file: Path) -> Iterator[Path]:
    """Walks to a file; each path yielded is named below a directory without links."""
    here, todo = Path(file.anchor), list(reversed(file.parts[1:]))
    links = 0
    while todo:
        name = todo.pop()
        step = here.parent if name == ".." else here / name
        if step.is_symlink() and links < _MAX_LINKS:
            links += 1
            yield step
            target = step.readlink()
            parts = target.parts
            if target.is_absolute():
                here, parts = Path(target.anchor), parts[1:]
            todo.extend(reversed(parts))
        elif not step.exists():
            yield step
            return
        else:
            here = step
    yield here
    yield here.parent
