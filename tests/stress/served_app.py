"""An app with SQLite sessions behind the real `adkconf serve`, in a process that gets killed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

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
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "app.yaml").write_text(APP)
        (folder / "tools.py").write_text(TOOLS)

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder / 'sessions.db'}"

    def start(self) -> str:
        """Returns the address once it answers."""
        log = self.folder / "serve.log"
        command = [sys.executable, "-m", "adkconf", "serve", "app.yaml", "--port", "0"]
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                command,
                stderr=errors,
                stdout=errors,
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        while self._process.poll() is None:
            if found := re.search(r"http://[\d.]+:\d+", log.read_text()):
                return found[0]
            time.sleep(0.01)
        raise AssertionError(log.read_text())

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
