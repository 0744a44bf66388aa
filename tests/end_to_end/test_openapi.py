"""The description of the HTTP API, and the API tried by it."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from starlette.routing import Route

from adkconf.server.app import _routes
from adkconf.server.dev import dev_ui
from adkconf.server.openapi import document
from adkconf.server.operations import OPERATIONS
from adkconf.server.settings import Settings
from tests.end_to_end.conftest import Serve

APP = """\
name: app
root_agent: {model: echo}
services: {artifact: 'memory://', memory: 'memory://'}
run: {timeout_seconds: 20}
"""
# Ids that there are, or next to no request would get beyond "not found".
NAMES = """\
[parameters]
app_name = "app"
user_id = "ada"
session_id = "s1"

[generation]
database = "none"
"""
# Files and pages for browsers, and what google-adk's dev UI alone asks for.
NOT_FOR_CLIENTS = {"page", "page_file", *(route.endpoint.__name__ for route in dev_ui.ROUTES)}
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)


def test_every_route_is_described() -> None:
    routes = [route for route in _routes(Settings()) if isinstance(route, Route)]
    undescribed = {route.endpoint.__name__ for route in routes} - {
        endpoint.__name__ for endpoint in OPERATIONS
    }
    assert undescribed == NOT_FOR_CLIENTS
    described = document(routes)
    names = [
        operation["operationId"]
        for path in described["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    ]
    assert len(names) == len(set(names)) == len(OPERATIONS) + 1


RUNS = "^(run|run_sse|rewind|cancel)$"
WRITES = "^(update_session|create_session_with_id|save_artifact|save_content)$"
# To think up the events that a session may begin with takes a hundred times as long as the rest.
EVENTS = "^create_session$"


def part(phase: str, examples: int = 1, **which: str) -> list[str]:
    """The arguments of a part of the cases; parts are tried side by side."""
    chosen = [
        text
        for name, pattern in which.items()
        for text in (f"--{name}-operation-id-regex", pattern)
    ]
    return ["--phases", phase, "--max-examples", str(examples), *chosen]


def tried(url: str, folder: Path, arguments: list[str]) -> int:
    """Tries cases; returns how many there were."""
    command = [
        Path(sys.executable).parent / "schemathesis",
        *("run", f"{url}/openapi.json", "--checks", CHECKS, "--seed", "7", "--no-color"),
        # How fast cases are thought up depends on what else the machine does.
        *("--suppress-health-check", "too_slow"),
        *arguments,
    ]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr
    generated, passed = re.findall(r"(\d+) (?:generated|passed)", ran.stdout)[-2:]
    assert generated == passed
    print(generated, "cases:", *arguments)
    return int(generated)


@pytest.mark.parametrize(
    ("parts", "cases"),
    [
        pytest.param(
            [part("coverage"), part("fuzzing", 10)],
            5000,
            marks=[pytest.mark.long, pytest.mark.timeout(600)],
        ),
        pytest.param(
            [
                part("coverage"),
                part("fuzzing", 1700, include=RUNS),
                part("fuzzing", 1700, include=WRITES),
                part("fuzzing", 60, include=EVENTS),
                part("fuzzing", 120, exclude=f"{RUNS}|{WRITES}|{EVENTS}"),
                part("stateful", 40),
            ],
            20_000,
            marks=[pytest.mark.stress, pytest.mark.timeout(3600)],
        ),
    ],
)
def test_no_request_meets_a_server_error_or_an_answer_that_is_not_described(
    serve: Serve, tmp_path: Path, parts: list[list[str]], cases: int
) -> None:
    (tmp_path / "app.yaml").write_text(APP)
    (tmp_path / "schemathesis.toml").write_text(NAMES)
    with serve(tmp_path / "app.yaml") as client, ThreadPoolExecutor(len(parts)) as pool:
        client.post("/apps/app/users/ada/sessions/s1")
        counts = pool.map(partial(tried, str(client.base_url).rstrip("/"), tmp_path), parts)
        assert sum(counts) >= cases
        assert client.get("/health").json()["status"] == "ok"
