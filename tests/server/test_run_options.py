"""Options of a run in its request."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from adkconf import config
from adkconf.launch import FileLoader, Fleet
from adkconf.server import Settings, create_app

APP = """\
name: app
root_agent:
  model: {{scripted: [{{call: {{name: again}}}}, {{call: {{name: again}}}}, {{text: done}}]}}
  tools: [./tools.py:again]
run: {run}
"""
RUN = {
    "appName": "app",
    "userId": "ada",
    "sessionId": "s1",
    "newMessage": {"role": "user", "parts": [{"text": "hi"}]},
}


@pytest.fixture
def asking(tmp_path: Path, serving_app: Any) -> Any:
    (tmp_path / "tools.py").write_text("def again() -> str:\n    return 'ok'\n")

    async def ask(run: str, **options: Any) -> httpx.Response:
        file = tmp_path / "app.yaml"
        file.write_text(APP.format(run=run))
        fleet = Fleet([("app.yaml", FileLoader(partial(config.load, file)))])
        await fleet.start()
        async with serving_app(create_app(fleet, Settings())) as client:
            await client.post("/apps/app/users/ada/sessions/s1")
            answer = await client.post("/run", json={**RUN, **options})
        await fleet.close()
        response: httpx.Response = answer
        return response

    return ask


async def test_a_request_may_cap_its_run(asking: Any) -> None:
    whole = await asking("{}")
    assert len(whole.json()) == 5
    capped = await asking("{}", runConfig={"maxLlmCalls": 2})
    assert (capped.status_code, "limit of `2` exceeded" in capped.text) == (500, True)


@pytest.mark.parametrize("asked", [0, -1, 3, 10**6, None])
async def test_no_request_lifts_the_cap_of_the_app(asking: Any, asked: Any) -> None:
    answer = await asking("{max_llm_calls: 2}", runConfig={"max_llm_calls": asked})
    assert "limit of `2` exceeded" in answer.text


@pytest.mark.parametrize(
    ("run", "options"),
    [
        ("{per_request: none}", {"maxLlmCalls": 2}),
        ("{per_request: [labels]}", {"maxLlmCalls": 2}),
        ("{}", {"httpOptions": {"baseUrl": "http://evil.example"}}),
        ("{}", {"noSuch": 1}),
    ],
)
async def test_options_that_are_not_for_requests_are_refused(
    asking: Any, run: str, options: dict[str, Any]
) -> None:
    answer = await asking(run, runConfig=options)
    assert answer.status_code == 403
    assert "see run.per_request" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"labels": 3}, ["body", "runConfig", "labels"]),
        ({"maxLlmCalls": "many"}, ["body", "runConfig", "max_llm_calls"]),
        ({"streamingMode": "sse"}, ["body", "runConfig", "streaming_mode"]),
        ({"timeoutSeconds": -1}, ["body", "runConfig", "timeout_seconds"]),
    ],
)
async def test_an_option_that_does_not_fit_is_told_by_its_field(
    asking: Any, options: dict[str, Any], place: list[str]
) -> None:
    answer = await asking("{}", runConfig=options)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == place


async def test_a_listed_option_is_allowed(asking: Any) -> None:
    answer = await asking("{per_request: [labels]}", runConfig={"labels": {"team": "a"}})
    assert answer.status_code == 200


def test_an_unknown_name_in_the_list_is_found(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    file.write_text("name: app\nroot_agent: {model: echo}\nrun: {per_request: [lables]}\n")
    [found] = config.load(file).diagnostics
    assert (found.line, found.column) == (3, 21)
    assert "labels" in found.hint
