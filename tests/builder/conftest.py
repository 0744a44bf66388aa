from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from textwrap import dedent

import pytest

from adkconf.builder import Built, build
from adkconf.builder.environment import real_environment
from adkconf.config.diagnostics import Diagnostic
from adkconf.config.loading import load
from adkconf.errors import BuildError
from tests.vertex.vertex_fixtures import (
    account_file,
    signed_out,
    started_vertex_server,
    vertex_server,
)

__all__ = ["account_file", "signed_out", "started_vertex_server", "vertex_server"]


class Project:
    """A directory with an app; what is built is closed in the end."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.built: list[Built] = []

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
        return path

    async def build(
        self, text: str | None = None, previous: Built | None = None, *, folder: str = "."
    ) -> Built:
        app = self.root / folder / "app.yaml"
        if text is not None:
            self.write(str(app), text)
        loaded = load(app, environ=real_environment())
        built = await build(loaded, previous=previous)
        self.built.append(built)
        return built

    async def problems(self, text: str) -> list[Diagnostic]:
        with pytest.raises(BuildError) as caught:
            await self.build(text)
        return list(caught.value.diagnostics)

    async def problem(self, text: str) -> Diagnostic:
        (found,) = [each for each in await self.problems(text) if each.severity == "error"]
        return found

    async def close(self) -> None:
        for older, newer in zip(self.built, [*self.built[1:], None], strict=False):
            await older.close(newer)


@pytest.fixture
async def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Project]:
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path)
    yield project
    await project.close()


@pytest.fixture
def say() -> Callable[[Built, str], Awaitable[str]]:
    """Runs a turn of one lasting session and returns the last text."""

    async def say(built: Built, message: str = "Hi") -> str:
        events = await built.runner.run_debug(message, quiet=True)
        texts = [p.text for e in events if e.content for p in e.content.parts or () if p.text]
        return texts[-1]

    return say
