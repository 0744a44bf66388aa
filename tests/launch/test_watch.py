from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from adkconf.launch.fingerprint import Fingerprint
from adkconf.launch.watch import Trail, follow

PROMPT_SECONDS = 0.25
EDITS = [5, pytest.param(100, marks=[pytest.mark.stress, pytest.mark.timeout(300)])]


class Recording:
    """Stands where `Live` does: remembers what it saw of its files at each reload."""

    def __init__(self, *files: Path) -> None:
        self.files = frozenset(files)
        self.seen = Fingerprint.of(self.files)
        self.reloaded = asyncio.Event()

    def is_stale(self) -> bool:
        return Fingerprint.of(self.files) != self.seen

    async def catch_up(self) -> bool:
        if not self.is_stale():
            return False
        self.seen = Fingerprint.of(self.files)
        self.reloaded.set()
        return True


@asynccontextmanager
async def following(*files: Path) -> AsyncIterator[Recording]:
    live = Recording(*files)
    task = asyncio.create_task(follow(live))
    await asyncio.sleep(0.1)
    try:
        yield live
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def seconds_until_reload(live: Recording, edit: Callable[[], object]) -> float:
    """Edits; waits until the last of what was written has been loaded."""
    live.reloaded.clear()
    await asyncio.to_thread(edit)
    written = time.monotonic()
    async with asyncio.timeout(5):
        await live.reloaded.wait()
        while live.is_stale():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    return time.monotonic() - written


def in_place(file: Path, text: str) -> None:
    file.write_text(text)


def by_rename(file: Path, text: str) -> None:
    other = file.with_name(".app.yaml.swp")
    other.write_text(text)
    other.replace(file)


def by_delete_and_create(file: Path, text: str) -> None:
    file.unlink()
    file.write_text(text)


def in_two_chunks(file: Path, text: str) -> None:
    with file.open("w") as stream:
        stream.write(text[:3])
        stream.flush()
        time.sleep(0.02)
        stream.write(text[3:])


@pytest.mark.parametrize("edits", EDITS)
@pytest.mark.parametrize("write", [in_place, by_rename, by_delete_and_create, in_two_chunks])
async def test_every_way_of_writing_is_noticed_promptly(
    tmp_path: Path, write: Callable[[Path, str], None], edits: int
) -> None:
    file = tmp_path / "app.yaml"
    file.write_text("0")
    async with following(file) as live:
        for number in range(1, edits + 1):
            took = await seconds_until_reload(live, lambda n=number: write(file, f"text {n}"))
            assert took < PROMPT_SECONDS


@pytest.mark.parametrize("edits", EDITS)
async def test_a_swapped_config_map_is_noticed(tmp_path: Path, edits: int) -> None:
    def publish(version: str) -> None:
        (tmp_path / version).mkdir()
        (tmp_path / version / "app.yaml").write_text(version)
        (tmp_path / "..data_tmp").symlink_to(version)
        (tmp_path / "..data_tmp").rename(tmp_path / "..data")

    publish("..1")
    (tmp_path / "app.yaml").symlink_to("..data/app.yaml")
    async with following(tmp_path / "app.yaml") as live:
        for number in range(2, edits + 2):
            took = await seconds_until_reload(live, lambda n=number: publish(f"..{n}"))
            assert took < PROMPT_SECONDS


async def test_a_file_in_a_directory_that_does_not_exist_yet_is_noticed(tmp_path: Path) -> None:
    prompt = tmp_path / "prompts" / "long" / "system.txt"

    def create() -> None:
        prompt.parent.mkdir(parents=True)
        prompt.write_text("Be concise.")

    async with following(tmp_path / "app.yaml", prompt) as live:
        assert await seconds_until_reload(live, create) < PROMPT_SECONDS
        edit = lambda: prompt.write_text("Be brief.")  # noqa: E731
        assert await seconds_until_reload(live, edit) < PROMPT_SECONDS


async def test_a_directory_moved_into_place_is_noticed(tmp_path: Path) -> None:
    for name in ("now", "next"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "app.yaml").write_text(name)

    def swap() -> None:
        (tmp_path / "now").rename(tmp_path / "before")
        (tmp_path / "next").rename(tmp_path / "now")

    file = tmp_path / "now" / "app.yaml"
    async with following(file) as live:
        await seconds_until_reload(live, swap)
        assert await seconds_until_reload(live, lambda: file.write_text("x")) < PROMPT_SECONDS


async def test_files_that_do_not_matter_cause_nothing(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    file.write_text("name: a")
    async with following(file) as live:
        (tmp_path / "sessions.db").write_text("rows")
        file.touch()
        await asyncio.sleep(0.3)
        assert not live.reloaded.is_set()


async def test_an_edit_is_prompt_while_a_neighbour_is_written_all_the_time(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    file.write_text("name: a")

    async def write_rows() -> None:
        for row in range(10_000):
            (tmp_path / "sessions.db").write_text(str(row))
            await asyncio.sleep(0.01)

    async with following(file) as live:
        rows = asyncio.create_task(write_rows())
        took = await seconds_until_reload(live, lambda: file.write_text("name: b"))
        rows.cancel()
    assert took < 2 * PROMPT_SECONDS


async def test_following_leaks_no_descriptors(tmp_path: Path) -> None:
    def count() -> int:
        return len(os.listdir("/proc/self/fd"))

    file = tmp_path / "app.yaml"
    async with following(file) as live:
        await asyncio.sleep(0.2)
        before = count()
        for number in range(20):
            await seconds_until_reload(live, lambda n=number: file.write_text(f"{n}"))
        async with asyncio.timeout(5):
            while count() > before:  # noqa: ASYNC110 (the old watches end in threads of their own)
                await asyncio.sleep(0.02)


def test_a_trail_ends_in_a_loop_of_links(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert str(tmp_path / "a") in Trail.of([tmp_path / "a"]).paths


def test_a_trail_names_the_links_on_the_way(tmp_path: Path) -> None:
    home = Path(os.path.realpath(tmp_path))
    (home / "releases").mkdir()
    (home / "releases" / "app.yaml").touch()
    (home / "current").symlink_to("releases")
    paths = Trail.of([home / "current" / "app.yaml"]).paths
    assert {str(home / "current"), str(home / "releases" / "app.yaml")} <= paths
