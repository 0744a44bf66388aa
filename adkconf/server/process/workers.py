"""Several processes behind one address: each serves the apps whole, the system shares out calls."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress

from adkconf.server.process.listening import listening
from adkconf.server.process.worker_place import WorkerPlace
from adkconf.server.settings import Settings

logger = logging.getLogger("adkconf.launch")

# What a worker exits with when it could not start: it said why.
_REFUSED = (1, 2)
_PAUSE_SECONDS = 1.0
# Until somebody mends what keeps it from starting.
_LONG_PAUSE_SECONDS = 10.0
# Beyond its own deadline for open requests a worker that still lives is killed.
_STUBBORN_SECONDS = 15.0


def serve_in_workers(command: Sequence[str], count: int, settings: Settings) -> int:
    """Runs `command --as-worker PLACE` in `count` processes until a signal; returns an exit code.

    A worker that dies is replaced, again and again while the others go on. One that cannot start
    in the beginning, or when no other is left, ends them all. SIGHUP goes to each.

    Raises:
        ServiceError: the address cannot be had.
    """
    with listening(settings) as listener:
        return asyncio.run(_Workers(command, listener, settings.drain_seconds).run(count))


class _Workers:
    def __init__(self, command: Sequence[str], listener: socket.socket, drain_seconds: float):
        self._command = command
        self._listener = listener
        self._drain_seconds = drain_seconds
        self._running: set[asyncio.subprocess.Process] = set()
        self._stopping = asyncio.Event()
        self._exit_code = 0

    async def run(self, count: int) -> int:
        lifeline, parent_end = os.pipe()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop)
        loop.add_signal_handler(signal.SIGHUP, self._send, signal.SIGHUP)
        try:
            places = [
                WorkerPlace(number, self._listener.fileno(), lifeline)
                for number in range(1, count + 1)
            ]
            await asyncio.gather(*(self._keep(place) for place in places))
        finally:
            os.close(lifeline)
            os.close(parent_end)
        return self._exit_code

    async def _keep(self, place: WorkerPlace) -> None:
        """Has one worker running until all stop."""
        is_first = True
        while not self._stopping.is_set():
            worker = await asyncio.create_subprocess_exec(
                *self._command,
                "--as-worker",
                str(place),
                pass_fds=[place.listener, place.lifeline],
                # Ctrl-C is for the parent, who tells them all once.
                start_new_session=True,
            )
            self._running.add(worker)
            code = await self._ended(worker)
            self._running.discard(worker)
            if self._stopping.is_set():
                return
            is_refused = code in _REFUSED
            if is_refused and (is_first or not self._running):
                self._exit_code = code
                self._stop()
                return
            is_first = False
            pause = _LONG_PAUSE_SECONDS if is_refused else _PAUSE_SECONDS
            logger.warning(
                "worker %d ended with %d: starting another in %.0f s", place.number, code, pause
            )
            await self._rest(pause)

    async def _rest(self, seconds: float) -> None:
        """Waits, but not beyond the end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _ended(self, worker: asyncio.subprocess.Process) -> int:
        ending = asyncio.ensure_future(worker.wait())
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({ending, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not ending.done():
            patience = self._drain_seconds + _STUBBORN_SECONDS
            if not (await asyncio.wait({ending}, timeout=patience))[0]:
                worker.kill()
        return await ending

    def _stop(self) -> None:
        self._stopping.set()
        self._send(signal.SIGTERM)

    def _send(self, number: signal.Signals) -> None:
        for worker in self._running:
            if worker.returncode is None:
                worker.send_signal(number)
