"""The description of the HTTP API, and the API tried by it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
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


@pytest.mark.parametrize(
    ("phases", "examples"),
    [
        pytest.param("coverage,fuzzing", 10, marks=[pytest.mark.long, pytest.mark.timeout(600)]),
        pytest.param(
            "coverage,fuzzing,stateful", 700, marks=[pytest.mark.stress, pytest.mark.timeout(5400)]
        ),
    ],
)
def test_no_request_meets_a_server_error_or_an_answer_that_is_not_described(
    serve: Serve, tmp_path: Path, phases: str, examples: int
) -> None:
    (tmp_path / "app.yaml").write_text(APP)
    (tmp_path / "schemathesis.toml").write_text(NAMES)
    with serve(tmp_path / "app.yaml") as client:
        client.post("/apps/app/users/ada/sessions/s1")
        ran = subprocess.run(
            [
                Path(sys.executable).parent / "schemathesis",
                *("run", f"{client.base_url}/openapi.json"),
                *("--checks", CHECKS, "--max-examples", str(examples), "--seed", "7"),
                *("--phases", phases),
                "--no-color",
            ],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )
        print(ran.stdout[-3000:])
        assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr
        assert httpx.get(f"{client.base_url}/health").json()["status"] == "ok"
