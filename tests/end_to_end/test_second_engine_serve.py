"""`adkconf serve` and `run` with google-adk as the engine."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from adkconf.cli.commands import commands
from tests.end_to_end.conftest import Serve
from tests.end_to_end.test_quickstart import SESSION, frames, message, said

USER = "/apps/quickstart/users/me"


@pytest.fixture
def second(quickstart: Path) -> Path:
    """The quickstart on the other engine: one line more."""
    quickstart.write_text(quickstart.read_text() + "\nengine: google-adk\n")
    return quickstart


def _wait_for_generation(client: httpx.Client, number: int) -> None:
    deadline = time.monotonic() + 15
    while client.get("/health").json()["generation"]["number"] < number:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.filterwarnings("ignore")
def test_run_works_on_the_other_engine(second: Path) -> None:
    done = CliRunner().invoke(commands, ["run", str(second), "Is it open?"])
    assert done.exit_code == 0
    assert "closed on Mondays" in done.output


@pytest.mark.long
def test_serve_and_run_work_on_the_other_engine_unchanged(
    serve: Serve, second: Path, tmp_path: Path
) -> None:
    with serve(second, "--reload") as client:
        _sessions_are_made_read_listed_changed_and_deleted(client)
        assert client.post(SESSION).status_code == 200
        answer = frames(
            client.post("/run_sse", json=message("Is the museum open?", streaming=True))
        )
        whole = [event for event in answer if not event.get("partial")]
        assert said(whole)[:2] == ["opening_hours()", "opening_hours="]
        assert len(answer) > len(whole) == 3
        info = client.get("/apps/quickstart/app-info").json()
        tools = info["agents"]["concierge"]["tools"]
        assert [t["functionDeclarations"][0]["name"] for t in tools] == ["opening_hours"]
        second.write_text(second.read_text().replace("till ten", "till nine"))
        _wait_for_generation(client, 2)
        assert client.post("/run", json=message("Hm?") | {"sessionId": "x"}).status_code == 404
    assert "till nine, then wake" in _run(second, "A poem!", "--user", "me", "--session", "town")
    log = (tmp_path / "serve.log").read_text()
    assert "Warning" not in log
    assert "WARNING" not in log
    assert "Traceback" not in log


def _sessions_are_made_read_listed_changed_and_deleted(client: httpx.Client) -> None:
    made = client.post(f"{USER}/sessions", json={"sessionId": "t", "state": {"a": 1}}).json()
    assert client.post(f"{USER}/sessions", json={"sessionId": "t"}).status_code == 409
    client.patch(f"{USER}/sessions/t", json={"stateDelta": {"user:b": 2}})
    state = client.get(f"{USER}/sessions/t").json()["state"]
    assert (made["state"], state) == ({"a": 1}, {"a": 1, "user:b": 2})
    assert [each["id"] for each in client.get(f"{USER}/sessions").json()] == ["t"]
    assert client.delete(f"{USER}/sessions/t").status_code == 200
    assert client.get(f"{USER}/sessions/t").status_code == 404


def _run(path: Path, *arguments: str) -> str:
    """Goes on with the conversation in the terminal, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "adkconf", "run", str(path), *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout
