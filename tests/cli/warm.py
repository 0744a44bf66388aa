"""A process in which all that commands import is there already; it forks for each command.

It reads what to run as JSON lines from a socket and answers with exit codes. A child has its own
directory, environment and streams, as it would have from a shell.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
from importlib import import_module
from typing import Any, NoReturn

from adkconf.cli.entry import main

COMMANDS = ("doctor", "diff", "eject", "explain", "graph", "init", "migrate", "run", "schema")
COMMANDS += ("serve", "sessions", "show", "talk", "validate")
PARTS = (
    *(f"adkconf.cli.{name}" for name in COMMANDS),
    *("adkconf.builder.assembly", "adkconf.builder.store_access", "adkconf.config.schema"),
    *("adkconf.sessions.database_session_service", "google.genai.types"),
)


def run(ask: dict[str, Any]) -> int:
    """Runs a command in a child; returns its exit code."""
    child = os.fork()
    if not child:
        _be_the_command(ask)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _be_the_command(ask: dict[str, Any]) -> NoReturn:
    os.chdir(ask["directory"])
    os.environ.clear()
    os.environ.update(ask["environment"])
    # `python -m` puts the directory where it starts in front, and then what the variable says.
    sys.path[:1] = [ask["directory"], *ask["environment"]["PYTHONPATH"].split(os.pathsep)]
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        flags = os.O_RDONLY if name == "stdin" else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        os.dup2(os.open(ask[name], flags, 0o600), descriptor)
    main(ask["arguments"])


def serve(descriptor: int) -> None:
    """Runs what it is told to until there is nobody to tell it more."""
    for name in PARTS:
        import_module(name)
    # What children share stays shared: their collector does not write to it.
    gc.freeze()
    with socket.socket(fileno=descriptor) as connection, connection.makefile("rw") as lines:
        for line in lines:
            lines.write(f"{run(json.loads(line))}\n")
            lines.flush()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
