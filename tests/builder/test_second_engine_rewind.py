from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adkconf.errors import InvocationNotFoundError, SessionNotFoundError
from tests.builder.two_engines import ENGINES, IDS, built, play, turn

if TYPE_CHECKING:
    from conftest import Project

# google-adk warns of its own experiments and deprecations.
pytestmark = pytest.mark.filterwarnings("ignore")

SCENE = """
    root_agent:
      name: a
      model: {scripted: [{call: {name: weather, args: {city: Rome}}}, {text: warm}]}
      tools: [./code.py:weather]
"""


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_session_is_rewound_whatever_runs_it(project: Project, engine: str) -> None:
    app = await built(project, engine, SCENE)
    events = await play(app, "hi")
    stored = await app.runner.session_service.get_session(app_name="app", **IDS)
    assert stored.state["city"] == "Rome"
    before = stored.events[0].invocation_id
    await app.runner.rewind_async(**IDS, rewind_before_invocation_id=before)
    rewound = await app.runner.session_service.get_session(app_name="app", **IDS)
    assert "city" not in rewound.state
    assert len(await turn(app, "again")) == len(events)


@pytest.mark.parametrize("engine", ENGINES)
async def test_what_is_not_there_cannot_be_rewound(project: Project, engine: str) -> None:
    app = await built(project, engine, SCENE)
    with pytest.raises(SessionNotFoundError):
        await app.runner.rewind_async(**IDS, rewind_before_invocation_id="never")
    await play(app, "hi")
    with pytest.raises(InvocationNotFoundError):
        await app.runner.rewind_async(**IDS, rewind_before_invocation_id="never")
