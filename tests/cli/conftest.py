from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

Adkconf = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What a user's shell has, and nothing of this one's keys."""
    keep = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**keep, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "NO_COLOR": "1"}


class WarmProcess:
    """Runs commands in forks of a process that has imported what they import."""

    def __init__(self, streams: Path) -> None:
        self._streams = streams
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "tests.cli.warm", str(theirs.fileno())]
            self._process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()])
        ours.settimeout(50)
        self._lines = ours.makefile("rw")
        ours.close()

    def __call__(
        self, *arguments: str, directory: Path, environment: dict[str, str], stdin: str
    ) -> subprocess.CompletedProcess[str]:
        streams = {name: self._streams / name for name in ("stdin", "stdout", "stderr")}
        streams["stdin"].write_text(stdin)
        ask = {name: str(path) for name, path in streams.items()}
        ask |= {"directory": str(directory)}
        told = json.dumps({**ask, "environment": environment, "arguments": arguments})
        self._lines.write(f"{told}\n")
        self._lines.flush()
        code = int(self._lines.readline())
        printed, complained = (streams[name].read_text() for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess(arguments, code, printed, complained)

    def close(self) -> None:
        self._lines.close()
        self._process.wait(20)


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmProcess]:
    made = WarmProcess(tmp_path_factory.mktemp("streams"))
    yield made
    made.close()


@pytest.fixture
def adkconf(tmp_path: Path, environment: dict[str, str], warm: WarmProcess) -> Adkconf:
    """Runs the command in an empty directory; nothing it prints may be a traceback."""

    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        done = warm(*arguments, directory=tmp_path, environment=environment, stdin=stdin)
        assert "Traceback" not in done.stderr + done.stdout
        return done

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write
