"""Every example is valid, can be built, and answers; offline."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from adkconf.builder import build
from adkconf.config.loading import load
from adkconf.events.event import Event
from adkconf.testing.trial import run_tests

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def example(tmp_path: Path) -> Callable[[str], Path]:
    """Copies an example, so that databases do not end up beside it."""

    def copy(name: str) -> Path:
        ignored = shutil.ignore_patterns("*.db*")
        return shutil.copytree(EXAMPLES / name, tmp_path / name, ignore=ignored) / "app.yaml"

    return copy


@pytest.fixture(params=[path.parent.name for path in EXAMPLES.glob("*/app.yaml")])
def app_file(request: pytest.FixtureRequest, example: Callable[[str], Path]) -> Path:
    return example(request.param)


async def ask(file: Path, *messages: str) -> list[Event]:
    built = await build(load(file))
    try:
        return await built.runner.run_debug(list(messages), quiet=True)
    finally:
        await built.close()


def texts(events: list[Event]) -> list[str]:
    return [p.text for e in events if e.content for p in e.content.parts or () if p.text]


def test_it_is_valid_without_a_warning(app_file: Path):
    assert load(app_file).diagnostics == ()


async def test_its_tests_pass(app_file: Path):
    loaded = load(app_file)
    results = await run_tests(loaded, loaded.spec.tests)
    assert results.outcomes
    assert results.failures == ()


async def test_it_answers(app_file: Path):
    events = await ask(app_file, "Hello", "Again")
    assert texts(events)
    assert not [event.error_message for event in events if event.error_code]


async def test_the_quickstart_calls_its_tool_and_survives_a_restart(example):
    file = example("quickstart")
    events = await ask(file, "When can I see the museum?")
    assert [r.name for e in events for r in e.get_function_responses()] == ["opening_hours"]
    events = await ask(file, "And a poem about it?")
    assert events[-1].author == "poet"


async def test_the_pipeline_runs_every_stage_in_its_order(example):
    events = await ask(example("pipeline"), "A tagline for a bakery")
    authors = list(dict.fromkeys(event.author for event in events))
    assert authors[-3:] == ["editor", "critic", "announcer"]
    assert set(authors[:2]) == {"poet", "clerk"}


@pytest.mark.parametrize(
    ("letter", "answer"),
    [
        ("It has not come.", "I am sorry. We look for it and write to you tomorrow."),
        ("Well done!", "Thank you for writing: Well done!"),
    ],
)
async def test_the_workflow_chooses_by_the_letter(example, letter: str, answer: str):
    assert texts(await ask(example("workflow"), letter))[-1] == answer


async def test_the_plugin_of_the_example_removes_card_numbers(example):
    events = await ask(example("plugins"), "My card is 4111 1111 1111 1111.")
    assert texts(events) == ["My card is [card number]."]


async def test_the_agent_config_folder_is_taken_as_it_is(example):
    events = await ask(example("agent_config"), "Hello")
    assert events[-1].author == "town_guide"
    assert any(event.actions.state_delta.get("town_name") == "Freiberg" for event in events)


def test_the_profile_of_the_example_changes_model_port_and_store(example):
    spec = load(example("profiles"), profile="production", environ={"DATA_DIR": "/data"}).spec
    assert spec.root_agent.model.name == "gemini"
    assert (spec.server.port, spec.services.session.args["uri"]) == (
        9000,
        "sqlite:////data/sessions.db",
    )
