"""What `serve` says on the terminal: one line when it starts, one per reload, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TextIO

from adkconf._version import __version__
from adkconf.config.diagnostics import Diagnostic
from adkconf.launch.live import Status


class Console:
    """Writes lines; `render` turns diagnostics into text with excerpts."""

    def __init__(self, stream: TextIO, render: Callable[[Sequence[Diagnostic]], str]) -> None:
        self._stream = stream
        self._render = render
        self._generation = 0

    def started(self, app_name: str, url: str, status: Status, watched: int | None) -> None:
        """Tells where the app answers; `watched` is how many files are followed, if any are."""
        self._generation = status.generation
        following = "" if watched is None else f", following {watched} files"
        self._say(
            f"adkconf {__version__} serves {app_name!r} at {url} "
            f"(generation {status.generation}{following}); Ctrl-C stops it"
        )
        self._show(status.warnings)

    def changed(self, status: Status) -> None:
        """Tells the outcome of a reload."""
        number = status.generation
        if status.rejection is not None:
            told = "" if status.rejection.diagnostics else f" {status.rejection.message}"
            self._say(f"edit rejected, generation {number} goes on:{told}")
            self._show(status.rejection.diagnostics)
        elif number == self._generation:
            self._say(f"edit taken back, generation {number} goes on")
        else:
            finishing = f", {status.draining} older still finishing" if status.draining else ""
            self._say(f"reloaded: generation {number} ({status.digest}) answers now{finishing}")
            self._show(status.warnings)
        self._generation = number

    def needs_restart(self) -> None:
        """Tells that a part of the file cannot be taken over live."""
        self._say("the server section changed: it takes effect when the server starts again")

    def stopping(self, in_flight: int) -> None:
        """Tells that a signal came."""
        if in_flight:
            self._say(f"stopping when {in_flight} requests are done; Ctrl-C again stops at once")

    def not_following(self, error: Exception) -> None:
        """Tells that edits will not be noticed any more."""
        self._say(f"cannot watch the files, edits need a restart now: {error}")

    def _show(self, diagnostics: Sequence[Diagnostic]) -> None:
        if diagnostics:
            self._say(self._render(diagnostics))

    def _say(self, text: str) -> None:
        print(text, file=self._stream, flush=True)
