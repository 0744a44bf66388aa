"""What makes a server stop or reload: signals, and the end of a worker's parent."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from adkconf.server.process.worker_place import WorkerPlace


@contextmanager
def on_signals(handlers: Mapping[signal.Signals, Callable[[], None]]) -> Iterator[None]:
    """Has the handlers called in the loop that runs now, instead of what was called before."""
    loop = asyncio.get_running_loop()

    def handle(number: int, _: object) -> None:
        loop.call_soon_threadsafe(handlers[signal.Signals(number)])

    before = {number: signal.signal(number, handle) for number in handlers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def when_orphaned(place: WorkerPlace | None, stop: Callable[[], None]) -> Iterator[None]:
    """Stops a worker whose parent is gone: nobody else would."""
    if place is None:
        yield
        return
    lifeline, loop = place.lifeline, asyncio.get_running_loop()

    def cut() -> None:
        loop.remove_reader(lifeline)
        stop()

    loop.add_reader(lifeline, cut)
    try:
        yield
    finally:
        loop.remove_reader(lifeline)
