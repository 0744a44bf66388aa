"""What was ejected behaves like the file that it came from."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.builder.test_both_engines import SCENES
from tests.builder.two_engines import ENGINES, built, play
from tests.exchange.conftest import Project
from tests.exchange.ejected import package, playable

# google-adk warns of its own experiments and deprecations.
pytestmark = pytest.mark.filterwarnings("ignore")

EXAMPLES = Path(__file__).parents[2] / "examples"


SOME = ("examples", "tool", "workflow")


def scenes() -> list[Any]:
    """All scenes on adkconf, and on google-adk some; there the others are long runs."""
    return [
        pytest.param(
            name, engine, marks=[pytest.mark.stress] * (engine != "adkconf" and name not in SOME)
        )
        for name in SCENES
        for engine in ENGINES
    ]


@pytest.mark.parametrize(("name", "engine"), scenes())
async def test_ejected_scene_gives_the_same_events(
    project: Project, name: str, engine: str
) -> None:
    app = await built(project, engine, SCENES[name])
    messages = ("hi", "and what about this?")
    with package(project.root / "app.yaml") as directory:
        ejected = await play(playable(directory, app), *messages)
    assert ejected["yielded"]
    assert ejected == await play(app, *messages)


@pytest.mark.parametrize(
    "example", sorted(path.parent.name for path in EXAMPLES.glob("*/app.yaml"))
)
async def test_ejected_example_gives_the_same_events(project: Project, example: str) -> None:
    ignored = shutil.ignore_patterns("*.db*", "__pycache__")
    shutil.copytree(EXAMPLES / example, project.root / example, ignore=ignored)
    app = await project.build(folder=example)
    message = "it is not nice: charged, crash"
    with package(project.root / example / "app.yaml") as directory:
        ejected = await play(playable(directory, app), message, app_name=app.spec.name)
    assert ejected["yielded"]
    assert ejected == await play(app, message, app_name=app.spec.name)
