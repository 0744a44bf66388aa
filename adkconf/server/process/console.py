"""What `serve` says on the terminal: one line when it starts, one per reload, nothing else."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TextIO

from adkconf._version import __version__
from adkconf.config.diagnostics import Diagnostic
from adkconf.launch.fleet import Fleet
from adkconf.launch.live import Observer, Status

logger = logging.getLogger("adkconf.launch")


class Console:
    """Writes lines; `render` turns diagnostics into text with excerpts.

    A server of several apps says which one a line is about. What happens later begins with the
    time, as lines about requests do. Without a `stream` the log gets all of it.
    """

    def __init__(
        self,
        stream: TextIO | None,
        render: Callable[[Sequence[Diagnostic]], str],
        *,
        several: bool = False,
    ) -> None:
        self._stream = stream
        self._render = render
        self._several = several
        self._generations: dict[str, int] = {}
        self._warned: dict[str, set[tuple[str, str, str]]] = {}

    def started(self, fleet: Fleet, url: str, *, following: bool) -> None:
        """Tells where the apps answer; edits of their files are taken over when `following`."""
        names = ", ".join(map(repr, fleet.names))
        what = []
        if not self._several:
            what.append(f"generation {fleet.members[0].live.status().generation}")
        if following:
            watched = sum(len(member.live.files) for member in fleet.members)
            what.append(f"following {_counted(watched, 'file')}")
        told = f" ({', '.join(what)})" if what else ""
        self._say(f"adkconf {__version__} serves {names} at {url}{told}; Ctrl-C stops it")
        for member in fleet.members:
            status = member.live.status()
            self._generations[member.label] = status.generation
            if member.live.is_up:
                self._warn(member.label, status.warnings)

    def observer(self, label: str) -> Observer:
        """Returns what is told the outcomes of an app's reloads."""
        return partial(self._changed, label)

    def _changed(self, label: str, status: Status) -> None:
        number = status.generation
        about = f"{label}: " if self._several else ""
        if status.rejection is not None:
            told = "" if status.rejection.diagnostics else f" {status.rejection.message}"
            outcome = f"edit rejected, generation {number} goes on" if number else "did not start"
            self._happened(f"{about}{outcome}:{told}")
            self._show(status.rejection.diagnostics)
        elif number == self._generations.get(label):
            self._happened(f"{about}edit taken back, generation {number} goes on")
        else:
            finishing = f", {status.draining} older still finishing" if status.draining else ""
            now = f"generation {number} ({status.digest}) answers now"
            self._happened(f"{about}reloaded: {now}{finishing}")
            self._warn(label, status.warnings)
        self._generations[label] = number

    def needs_restart(self, section: str) -> None:
        """Tells that a part of the file cannot be taken over live."""
        self._happened(f"{section} changed: it takes effect when the server starts again")

    def stopping(self, in_flight: int) -> None:
        """Tells that a signal came."""
        if in_flight:
            done = f"{_counted(in_flight, 'request')} {'is' if in_flight == 1 else 'are'} done"
            self._happened(f"stopping when {done}; Ctrl-C again stops at once")

    def not_following(self, error: Exception) -> None:
        """Tells that edits will not be noticed any more."""
        self._happened(f"cannot watch the files, edits need a restart now: {error}")

    def _warn(self, label: str, warnings: Sequence[Diagnostic]) -> None:
        """Shows warnings that have not been shown yet, wherever in the file they were then."""
        new = {(found.code, found.path, found.message): found for found in warnings}
        told = self._warned.get(label, set())
        self._show([found for about, found in new.items() if about not in told])
        self._warned[label] = set(new)

    def _show(self, diagnostics: Sequence[Diagnostic]) -> None:
        if diagnostics:
            self._say(self._render(diagnostics))

    def _happened(self, text: str) -> None:
        # The log has times of its own.
        self._say(text if self._stream is None else f"{time.strftime('%H:%M:%S')} {text}")

    def _say(self, text: str) -> None:
        if self._stream is None:
            logger.info(text)
        else:
            print(text, file=self._stream, flush=True)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
