from __future__ import annotations

import io
from dataclasses import replace

from adkconf.config.diagnostics import diagnostic
from adkconf.config.span import Span
from adkconf.launch.live import Status
from adkconf.server.process.console import Console

LOOP = diagnostic(Span("app.yaml", 3), "W813", "no end", path="root_agent", severity="warning")
SECRET = diagnostic(Span("app.yaml", 9), "W811", "in clear", path="run", severity="warning")
STATUS = Status(1, "abc", 0.0, 0, 0, 0, 0, None, ())


def test_reload_tells_only_of_new_warnings():
    stream = io.StringIO()
    console = Console(stream, lambda found: ", ".join(item.code for item in found))
    changed = console.observer("app")
    told = []
    for number, warnings in enumerate(([LOOP], [replace(LOOP, line=5), SECRET], [], [LOOP]), 1):
        changed(replace(STATUS, generation=number, warnings=tuple(warnings)))
        told.append(stream.getvalue().splitlines()[1:])
        stream.seek(0)
        stream.truncate()
    assert told == [["W813"], ["W811"], [], ["W813"]]
