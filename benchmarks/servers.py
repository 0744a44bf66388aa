"""Both servers with the same app: started as users start them."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from benchmarks.http_load import Connection, new_session, run_body

_MODEL = """
from collections.abc import AsyncGenerator
from google.genai import types
from {root}.models.base_llm import BaseLlm
from {root}.models.llm_response import LlmResponse

class Instant(BaseLlm):
    model: str = "instant"

    async def generate_content_async(self, llm_request, stream=False):
        for _ in range(20 if stream else 0):
            part = types.Part(text="word ")
            yield LlmResponse(content=types.Content(role="model", parts=[part]), partial=True)
        part = types.Part(text="The weather is fine today.")
        yield LlmResponse(content=types.Content(role="model", parts=[part]))
"""
_AGENT = """
from google.adk.agents.llm_agent import LlmAgent
from .model import Instant

root_agent = LlmAgent(name="bench", model=Instant(), instruction="Be concise.")
"""
_APP = """
name: bench
root_agent:
  model: ./model.py:Instant
  instruction: Be concise.
services:
  session: {store}
"""
_STORES = {"memory": "memory://", "sqlite": "sqlite+aiosqlite:///{folder}/bench.db"}


def write_app(root: str, store: str, folder: Path) -> list[str]:
    """Writes the app and returns the command that serves it, without the port."""
    bin_folder = Path(sys.executable).parent
    if root == "adkconf":
        (folder / "model.py").write_text(_MODEL.format(root=root))
        uri = _STORES[store].format(folder=folder)
        (folder / "app.yaml").write_text(_APP.format(store=uri))
        return [str(bin_folder / "adkconf"), "serve", str(folder / "app.yaml")]
    agent = folder / "bench"
    agent.mkdir()
    (agent / "__init__.py").write_text("from . import agent\n")
    (agent / "model.py").write_text(_MODEL.format(root=root))
    (agent / "agent.py").write_text(_AGENT)
    uri = _STORES[store].format(folder=folder)
    return [str(bin_folder / "adk"), "api_server", str(folder), "--session_service_uri", uri]


@contextmanager
def served(root: str, store: str) -> Iterator[tuple[int, subprocess.Popen[bytes], float]]:
    """Yields the port, the process, and the seconds from start to the first answer of /run."""
    with tempfile.TemporaryDirectory() as name:
        command = write_app(root, store, Path(name))
        port = _free_port()
        started = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        try:
            asyncio.run(_first_answer(port, process))
            yield port, process, time.perf_counter() - started
        finally:
            process.terminate()
            process.wait(20)


def _environment() -> dict[str, str]:
    # A cache of compiled modules is what users have; some environments turn it off.
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**environ, "PYTHONWARNINGS": "ignore"}


def http_stack() -> str:
    """Names what both servers read HTTP with: the extra `speed`, where it is installed."""
    found = [name for name in ("httptools", "uvloop") if find_spec(name) is not None]
    return " and ".join(found) or "h11 and asyncio"


async def _first_answer(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.perf_counter() + 60
    while True:
        try:
            async with Connection("127.0.0.1", port) as connection:
                session = await new_session(connection, "first")
                status, answer = await connection.post(
                    "/run", run_body("first", session, streaming=False)
                )
                assert status == 200, answer
                return
        except OSError:
            if process.poll() is not None or time.perf_counter() > deadline:
                raise
            await asyncio.sleep(0.005)


def memory_mib(process: subprocess.Popen[bytes]) -> float:
    """The process's resident memory."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
