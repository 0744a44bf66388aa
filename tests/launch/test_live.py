from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adkconf.errors import ConfigError, ServiceUnavailableError
from adkconf.launch.live import Live, Status


class Service:
    """Something that generations open, share and close."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.closed = 0


class Built:
    """The smallest thing that can be served: a text and a service, both named by a file."""

    app: Any = None
    runner: Any = None
    run_config: Any = None
    diagnostics = ()

    def __init__(self, file: Path, text: str, service: Service) -> None:
        self.files = frozenset({file})
        self.text = text
        self.service = service
        self.closed = False

    request_options = ("max_llm_calls", "labels", "get_session_config")

    async def prune(self) -> int:
        return 0

    async def close(self, keep: Built | None = None) -> None:
        assert not self.closed
        self.closed = True
        if keep is None or keep.service is not self.service:
            self.service.closed += 1


class Loader:
    """Builds from a file of two words: the text to serve and the name of the service."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.files = frozenset({file})
        self.loads = 0
        self.loading = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def load(self, previous: Any) -> Built:
        self.loads += 1
        text, service = (await asyncio.to_thread(self.file.read_text)).split()
        self.loading.set()
        await self.gate.wait()
        if text == "broken":
            raise ConfigError("1 problem in app.yaml", diagnostics=["app.yaml:1:1 broken"])
        if text == "crash":
            raise ZeroDivisionError("division by zero")
        if previous is not None and previous.service.name == service:
            return Built(self.file, text, previous.service)
        return Built(self.file, text, Service(service))


def edit(file: Path, text: str) -> None:
    file.write_text(text)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "app.yaml"
    edit(file, "one db")
    return file


@pytest.fixture
async def live(file: Path) -> AsyncIterator[Live]:
    live = Live(Loader(file), drain_seconds=5)
    await live.start()
    yield live
    await live.close()


def served(live: Live) -> str:
    built = live.current.built
    assert isinstance(built, Built)
    return built.text


async def test_a_good_edit_is_served(live: Live, file: Path) -> None:
    edit(file, "two db")
    status = await live.reload()
    assert (served(live), status.generation, status.reloads) == ("two", 2, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [("broken", "1 problem in app.yaml"), ("crash", "ZeroDivisionError: division by zero")],
)
async def test_a_broken_edit_keeps_last_good(
    live: Live, file: Path, text: str, message: str
) -> None:
    edit(file, f"{text} db")
    status = await live.reload()
    assert (served(live), status.generation, status.rejections) == ("one", 1, 1)
    assert status.rejection is not None
    assert status.rejection.message == message


async def test_the_rejection_carries_the_diagnostics_until_the_file_is_mended(
    live: Live, file: Path
) -> None:
    edit(file, "broken db")
    rejection = (await live.reload()).rejection
    assert rejection is not None
    assert rejection.diagnostics == ("app.yaml:1:1 broken",)
    edit(file, "two db")
    assert (await live.reload()).rejection is None


async def test_an_edit_taken_back_is_no_new_generation(live: Live, file: Path) -> None:
    edit(file, "broken db")
    await live.reload()
    edit(file, "one db")
    status = await live.reload()
    assert (status.generation, status.rejection, status.reloads) == (1, None, 0)


async def test_unchanged_content_is_not_built_again(file: Path) -> None:
    loader = Loader(file)
    live = Live(loader)
    await live.start()
    edit(file, "one db")
    await live.reload()
    assert loader.loads == 1
    await live.close()


async def test_a_first_build_that_fails_is_told_to_the_caller(file: Path) -> None:
    edit(file, "broken db")
    live = Live(Loader(file))
    with pytest.raises(ConfigError):
        await live.start()
    await live.close()


async def test_a_file_that_changes_during_the_build_is_stale_afterwards(
    file: Path,
) -> None:
    loader = Loader(file)
    live = Live(loader)
    await live.start()
    edit(file, "two db")
    loader.gate.clear()
    loader.loading.clear()
    reloading = asyncio.create_task(live.reload())
    await loader.loading.wait()
    edit(file, "three db")
    loader.gate.set()
    await reloading
    assert await live.catch_up()
    assert served(live) == "three"
    assert not await live.catch_up()
    await live.close()


async def test_reloads_that_come_during_a_build_share_the_next_one(file: Path) -> None:
    loader = Loader(file)
    live = Live(loader)
    await live.start()
    loader.gate.clear()
    loader.loading.clear()
    edit(file, "two db")
    calls = [asyncio.create_task(live.reload())]
    await loader.loading.wait()
    edit(file, "three db")
    calls += [asyncio.create_task(live.reload()) for _ in range(10)]
    await asyncio.sleep(0)
    loader.gate.set()
    await asyncio.gather(*calls)
    assert (served(live), loader.loads) == ("three", 3)
    await live.close()


async def test_a_request_stays_on_its_generation(live: Live, file: Path) -> None:
    async with live.lease() as generation:
        edit(file, "two other")
        await live.reload()
        assert served(live) == "two"
        built = generation.built
        assert isinstance(built, Built)
        assert not built.closed
        assert live.status().draining == 1
    await asyncio.sleep(0.01)
    assert built.closed
    assert live.status().draining == 0


async def test_a_run_that_outlasts_the_deadline_is_cut(file: Path) -> None:
    live = Live(Loader(file), drain_seconds=0.05)
    await live.start()

    async def endless_run() -> None:
        async with live.lease():
            await asyncio.sleep(60)

    run = asyncio.create_task(endless_run())
    await asyncio.sleep(0)
    edit(file, "two db")
    await live.reload()
    with pytest.raises(ServiceUnavailableError, match="was replaced"):
        await run
    await live.close()


async def test_a_timeout_of_the_run_itself_is_not_taken_for_the_deadline(live: Live) -> None:
    async def impatient_run() -> None:
        async with live.lease(), asyncio.timeout(0.001):
            await asyncio.sleep(1)

    with pytest.raises(TimeoutError):
        await impatient_run()


async def test_an_unchanged_service_is_carried_over(live: Live, file: Path) -> None:
    first = live.current.built
    assert isinstance(first, Built)
    edit(file, "two db")
    await live.reload()
    await asyncio.sleep(0.01)
    assert first.closed
    assert first.service.closed == 0
    await live.close()
    assert first.service.closed == 1


async def test_a_shared_service_outlives_the_newer_of_two_draining_generations(
    live: Live, file: Path
) -> None:
    async with live.lease() as first:
        edit(file, "two db")
        await live.reload()
        edit(file, "three other")
        await live.reload()
        await asyncio.sleep(0.01)
        assert isinstance(first.built, Built)
        assert first.built.service.closed == 0
    await asyncio.sleep(0.01)
    assert first.built.service.closed == 1


async def test_every_outcome_is_observed(file: Path) -> None:
    seen: list[tuple[int, bool]] = []

    def observe(status: Status) -> None:
        seen.append((status.generation, status.rejection is not None))

    live = Live(Loader(file), observer=observe)
    await live.start()
    for text in ("two db", "broken db", "broken db", "two db"):
        edit(file, text)
        await live.reload()
    assert seen == [(2, False), (2, True), (2, True), (2, False)]
    await live.close()


async def test_replaced_generations_are_forgotten(live: Live, file: Path) -> None:
    old = []
    for number in range(20):
        old.append(weakref.ref(live.current))
        edit(file, f"text{number} db")
        await live.reload()
    await asyncio.sleep(0.01)
    gc.collect()
    assert [ref() for ref in old if ref() is not None] == []
