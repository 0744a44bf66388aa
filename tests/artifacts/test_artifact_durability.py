"""What is saved in files survives, and is whole or not there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from adkconf.artifacts import FileArtifactService
from tests.artifacts.conftest import text

IDS: dict[str, Any] = {"app_name": "app", "user_id": "u", "session_id": "s", "filename": "d/f"}

SAVER = """
import asyncio, sys
from google.genai import types
from adkconf.artifacts import FileArtifactService

async def main():
    service = FileArtifactService(sys.argv[1])
    for _ in range(10_000):
        part = types.Part(inline_data=types.Blob(mime_type="x/y", data=b"ab" * 500_000))
        version = await service.save_artifact(
            app_name="app", user_id="u", session_id="s", filename="d/f", artifact=part
        )
        print(version, flush=True)

asyncio.run(main())
"""


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What went to the disk, in order; what is visible by then is noted in between."""
    order: list[Path] = []
    fsync, rename = os.fsync, Path.rename

    def noting_sync(descriptor: int) -> None:
        fsync(descriptor)
        order.append(Path(f"/proc/self/fd/{descriptor}").readlink())

    def noting_rename(source: Path, target: Path) -> Path:
        order.append(target)
        return rename(source, target)

    monkeypatch.setattr(os, "fsync", noting_sync)
    monkeypatch.setattr(Path, "rename", noting_rename)
    return order


async def test_a_version_is_on_the_disk_before_it_is_seen(tmp_path, synced):
    await FileArtifactService(tmp_path).save_artifact(**IDS, artifact=text("x"))
    versions = tmp_path / "apps/app/users/u/sessions/s/artifacts/d/f/versions"
    pending = versions / ".0.pending"
    written = [pending / "f", pending / "metadata.json", pending]
    assert synced[-5:] == [*written, versions / "0", versions]
    # The names of new directories are on the disk too, from the root on.
    above = [path for path in versions.parents if path.is_relative_to(tmp_path)]
    assert synced[:-5] == above


def killed_saver(root: Path) -> list[int]:
    """Saves until it is killed; returns the versions that it was told are saved."""
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", SAVER, str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as saver:
        assert saver.stdout is not None
        acknowledged = [int(saver.stdout.readline())]
        time.sleep(random.random() / 10)
        saver.send_signal(signal.SIGKILL)
        # A last line may be torn.
        return acknowledged + [int(line) for line in saver.stdout if line.endswith("\n")]


@pytest.mark.stress
@pytest.mark.timeout(300)
async def test_killed_saves_leave_whole_versions_only(tmp_path):
    service = FileArtifactService(tmp_path)
    for _ in range(20):
        acknowledged = killed_saver(tmp_path)
        versions = await service.list_versions(**IDS)
        assert set(acknowledged) <= set(versions)
        for version in versions:
            content = await service.open_artifact(**IDS, version=version)
            assert [each async for each in content.pieces()] == [b"ab" * 500_000]
        await service.delete_artifact(**IDS)
