"""An app with SQLite sessions behind the real `adkconf serve`, in a process that gets killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from tests.stress.nursery import LOG

APP = """
name: counter
root_agent:
  model: offline
  instruction: Count.
  tools: [./tools.py:count]
services:
  session: sqlite:///sessions.db
models:
  offline:
    scripted:
      - call: {name: count, args: {}}
      - text: counted
"""
TOOLS = '''
from adkconf.tools.tool_context import ToolContext


def count(tool_context: ToolContext) -> int:
    """Counts."""
    tool_context.state["count"] = tool_context.state.get("count", 0) + 1
    tool_context.state["user:last"] = tool_context.invocation_id
    return tool_context.state["count"]
'''
ROOT = Path(__file__).parents[2]


class ServedApp:
    """Serves from a folder, where the database stays from one process to the next."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._child = 0
        (folder / "app.yaml").write_text(APP)
        (folder / "tools.py").write_text(TOOLS)
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.stress.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder / 'sessions.db'}"

    def start(self) -> str:
        """Returns the address once it answers."""
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        log = self.folder / LOG
        log.unlink(missing_ok=True)
        self._nursery.stdin.write(f"{self.folder}\n")
        self._nursery.stdin.flush()
        self._child = int(self._nursery.stdout.readline())
        while is_there(self._child):
            said = log.read_text() if log.exists() else ""
            if found := re.search(r"http://[\d.]+:\d+", said):
                return found[0]
            time.sleep(0.01)
        raise AssertionError(log.read_text())

    def kill(self) -> None:
        os.kill(self._child, signal.SIGKILL)
        while is_there(self._child):
            time.sleep(0.001)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if is_there(self._child):
            self.kill()
        self._nursery.communicate()


def is_there(process: int) -> bool:
    """Tells whether a child of the nursery runs; 0 is none."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return process > 0
