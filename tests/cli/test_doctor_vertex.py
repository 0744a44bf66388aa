"""`adkconf doctor` with services of Vertex AI."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.vertex.vertex_fixtures import account_file, started_vertex_server
from tests.vertex.vertex_server import HOME, TOKEN, VertexServer

__all__ = ["account_file", "started_vertex_server"]

APP = f"""
name: app
root_agent: {{model: echo}}
services:
  session: agentengine://{HOME}/reasoningEngines/77
  memory: rag://{HOME}/ragCorpora/88
"""


def test_doctor_reaches_vertex_ai_or_says_why_not(
    adkconf: Callable[..., subprocess.CompletedProcess[str]],
    environment: dict[str, str],
    write: Callable[[str, str], Path],
    started_vertex_server: VertexServer,
    account_file: Path,
):
    started_vertex_server.reset()
    write("app.yaml", APP)
    environment |= {"GOOGLE_VERTEX_BASE_URL": started_vertex_server.url, "NO_GCE_CHECK": "true"}
    failed = adkconf("doctor", "app.yaml")
    assert failed.returncode == 1
    assert failed.stdout.count("gcloud auth application-default login") == 2
    environment["GOOGLE_APPLICATION_CREDENTIALS"] = str(account_file)
    done = adkconf("doctor", "app.yaml")
    assert (done.returncode, done.stdout.count("it answers")) == (0, 3), done.stdout
    assert TOKEN not in done.stdout + done.stderr
