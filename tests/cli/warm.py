"""A process that has imported and made all that commands need first; it forks for each command.

It reads what to run as JSON lines from a socket and answers with exit codes. A child has its own
directory, environment and streams, as it would have from a shell.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import socket
import sys
import threading
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

from adkconf import config
from adkconf.cli.entry import main

COMMANDS = ("doctor", "diff", "eject", "explain", "graph", "init", "migrate", "run", "schema")
COMMANDS += ("serve", "session_store", "sessions", "show", "talk", "test", "validate")
APPS = ("agents.llm_agent", "apps.app", "builder.assembly", "builder.model_access", "runners")
APPS += ("plugins.base_plugin", "server.process", "workflow.agent_node", "workflow.build")
APPS += ("testing.report", "testing.trial")
STORES = ("artifacts.object_artifact_service", "builder.store_access", "sessions.archive")
STORES += ("memory.in_memory_memory_service", "sessions.database_session_service")
TEXTS = ("config.checking.validator", "config.rendering.excerpt", "config.schema")
TEXTS += ("inspection.graph_svg", "inspection.presentation", "inspection.resolved")
LIBRARIES = ("docstring_parser", "google.genai.types", "jsonschema.validators")
LIBRARIES += ("pydantic.dataclasses", "sqlalchemy.dialects.sqlite.aiosqlite")
PARTS = (
    *(f"adkconf.cli.{name}" for name in COMMANDS),
    *(f"adkconf.{name}" for name in (*APPS, *STORES, *TEXTS)),
    *LIBRARIES,
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
    try:
        main(ask["arguments"])
    except SystemExit as done:
        _leave(int(done.code or 0))


def _leave(code: int) -> NoReturn:
    """Ends as the interpreter does, but for taking every module apart: each is shared memory."""
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _read_a_file() -> None:
    """The first file makes what checks every file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "app.yaml"
        file.write_text("name: app\nroot_agent: {name: root, model: m, instruction: Help.}\n")
        config.load(file)


def serve(descriptor: int) -> None:
    """Runs what it is told to until there is nobody to tell it more."""
    for name in PARTS:
        import_module(name)
    _read_a_file()
    # What children share stays shared: their collector does not write to it.
    gc.freeze()
    with socket.socket(fileno=descriptor) as connection, connection.makefile("rw") as lines:
        for line in lines:
            lines.write(f"{run(json.loads(line))}\n")
            lines.flush()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
