from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO

import httpx
import pytest

from tests.wire.fixtures import gemini_server, started_gemini_server

__all__ = ["gemini_server", "started_gemini_server"]

ROOT = Path(__file__).parents[2]
Serve = Callable[..., AbstractContextManager[httpx.Client]]


@pytest.fixture
def quickstart(tmp_path: Path) -> Path:
    """A copy of the example, without what other runs left in it."""
    folder = tmp_path / "quickstart"
    ignored = shutil.ignore_patterns("*.db*", "__pycache__")
    shutil.copytree(ROOT / "examples/quickstart", folder, ignore=ignored)
    return folder / "app.yaml"


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Serves a file by the real command, in a process of its own; yields a client."""

    @contextmanager
    def start(path: Path, *options: str) -> Iterator[httpx.Client]:
        command = [sys.executable, "-m", "adkconf", "serve", str(path), "--port", "0", *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with (
            (tmp_path / "serve.log").open("a+") as log,
            subprocess.Popen(command, stderr=log, env=environment) as process,
        ):
            try:
                with httpx.Client(base_url=_address(log, process), timeout=20) as client:
                    yield client
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(20)

    return start


def _address(log: IO[str], process: subprocess.Popen[bytes]) -> str:
    start = log.tell()
    while process.poll() is None:
        log.seek(start)
        if found := re.search(r"http://[\d.]+:\d+", log.read()):
            return found[0]
        time.sleep(0.02)
    log.seek(start)
    raise AssertionError(log.read())
