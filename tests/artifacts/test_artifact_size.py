"""Artifacts that are too large to be in memory."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.database_servers import free_port

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("artifact_memory.py")
MIB = 1024 * 1024


@pytest.mark.stress
@pytest.mark.parametrize("store", ["file", "gcs", "s3"])
def test_memory_does_not_grow_with_the_artifact(request, tmp_path, store):
    place, url = str(tmp_path), ""
    if store != "file":
        place, url = (request.getfixturevalue(f"{store}_{what}") for what in ("bucket", "url"))
    command = [sys.executable, PROGRAM, store, place, url, "64"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=50)
    assert int(done.stdout) < 32, f"{done.stdout} MiB for an artifact of 64 MiB"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """The address and the process id of a server with artifacts in files."""
    port = free_port()
    (tmp_path / "app.yaml").write_text(
        "name: app\n"
        "root_agent: {model: echo}\n"
        "services: {artifact: 'file://files'}\n"
        f"server: {{port: {port}, max_body_bytes: {128 * MIB}}}\n"
    )
    command = [sys.executable, "-m", "adkconf", "serve", "app.yaml"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=tmp_path, env=environ, stderr=subprocess.DEVNULL) as server:
        url = f"http://127.0.0.1:{port}"
        while not answers(url):
            assert server.poll() is None
            time.sleep(0.1)
        yield url, server.pid
        server.terminate()


@pytest.mark.stress
def test_memory_of_the_server_does_not_grow_with_the_artifact(served):
    url, pid = served
    place = f"{url}/apps/app/users/u/sessions/s/artifacts/large"
    written, read = hashlib.sha256(), hashlib.sha256()

    def pieces(mib: int) -> Iterator[bytes]:
        for number in range(mib):
            written.update(piece := number.to_bytes(4, "big") * (MIB // 4))
            yield piece

    with httpx.Client(timeout=50) as client:
        client.put(f"{url}/apps/app/users/u/sessions/s/artifacts/small", content=pieces(1))
        before, written = peak(pid), hashlib.sha256()
        assert client.put(place, content=pieces(64)).status_code == 200
        with client.stream("GET", f"{place}/versions/0/content") as answer:
            for piece in answer.iter_bytes():
                read.update(piece)
    assert read.digest() == written.digest()
    assert peak(pid) - before < 32


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.TransportError:
        return False


def peak(pid: int) -> int:
    """Returns the most that a process ever had in memory, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024
