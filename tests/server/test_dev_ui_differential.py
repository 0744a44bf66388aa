"""The same requests to the dev routes of a real `adk web` and to ours: answers are alike."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.end_to_end.conftest import Serve, serve

__all__ = ["serve"]

pytestmark = [pytest.mark.long, pytest.mark.timeout(180)]

TOOLS = '''\
def look(where: str):
    """Looks."""
    return {"found": where}
'''
THEIRS = """\
from google.adk.agents import LlmAgent
from google.adk.apps import App
from google.adk.models import BaseLlm, LlmResponse
from google.genai import types

from .tools import look


class Scripted(BaseLlm):
    async def generate_content_async(self, llm_request, stream=False):
        last = llm_request.contents[-1].parts[0]
        part = types.Part(text="Found.")
        if last.text:
            part = types.Part.from_function_call(name="look", args={"where": "here"})
        yield LlmResponse(content=types.Content(role="model", parts=[part]))


helper = LlmAgent(name="helper", model=Scripted(model="scripted"), description="Helps.")
root_agent = LlmAgent(
    name="greeter",
    model=Scripted(model="scripted"),
    instruction="Greet.",
    tools=[look],
    sub_agents=[helper],
)
app = App(name="hello", root_agent=root_agent)
"""
OURS = """\
name: hello
{engine}root_agent:
  name: greeter
  model: offline
  instruction: Greet.
  tools: ["./tools.py:look"]
  sub_agents: [{{name: helper, model: offline, description: Helps.}}]
models:
  offline:
    scripted:
      - call: {{name: look, args: {{where: here}}}}
      - text: Found.
services: {{session: 'memory://', artifact: 'memory://'}}
"""
DEV = "/dev/apps/hello"
SESSION = "/apps/hello/users/user/sessions/s1"
RUN = {
    "appName": "hello",
    "userId": "user",
    "sessionId": "s1",
    "newMessage": {"role": "user", "parts": [{"text": "hi"}]},
}
OF_RUNS = ("invoke_", "generate_content", "execute_tool")
# What the UI asks for when it loads and when an app is selected.
SELECTING = [
    "/list-apps?relative_path=./",
    "/config/telemetry",
    f"{DEV}/builder?ts=1",
    f"{DEV}/eval_sets",
    f"{DEV}/eval_results",
    f"{DEV}/eval-sets",
    f"{DEV}/eval-results",
    f"{DEV}/tests",
    f"{DEV}/graph?dark_mode=true",
    f"{DEV}/build_graph_image?dark_mode=false",
    f"{DEV}/build_graph_image?node=none",
    f"{DEV}/debug/trace/none",
    f"{DEV}/debug/trace/session/none",
    f"{DEV}/users/user/sessions/s1/events/none/graph",
    "/dev-ui/config",
    "/dev-ui/assets/config/runtime-config.json",
]


@pytest.fixture
def adk_web(tmp_path: Path) -> Iterator[httpx.Client]:
    """google-adk's own dev server."""
    agent = tmp_path / "agents" / "hello"
    agent.mkdir(parents=True)
    for name, text in (("__init__.py", "from . import agent"), ("agent.py", THEIRS)):
        (agent / name).write_text(text)
    (agent / "tools.py").write_text(TOOLS)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    services = ["--session_service_uri", "memory://", "--artifact_service_uri", "memory://"]
    command = [sys.executable, "-m", "google.adk.cli", "web", "--port", str(port), *services]
    with subprocess.Popen(
        [*command, str(agent.parent)], env={**os.environ, "HOME": str(tmp_path)}
    ) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                _wait(client)
                yield client
        finally:
            process.terminate()


def _wait(client: httpx.Client) -> None:
    for _ in range(120):
        try:
            client.get("/health")
            return
        except httpx.TransportError:
            time.sleep(0.5)
    raise AssertionError("adk web did not come up")


@pytest.fixture
def ours(engine: str, serve: Serve, tmp_path: Path) -> Iterator[httpx.Client]:
    (tmp_path / "tools.py").write_text(TOOLS)
    (tmp_path / "app.yaml").write_text(OURS.format(engine=engine))
    with serve(tmp_path / "app.yaml") as client:
        yield client


def shape(value: Any) -> Any:
    """The keys and the kinds of values."""
    if isinstance(value, dict):
        # google-adk does not know yet whether there is consent; here there is none.
        kinds = {key: shape(item) for key, item in value.items()}
        return kinds | ({"telemetry": "any"} if "telemetry" in value else {})
    if isinstance(value, list):
        return [shape(item) for item in value]
    return "text" if value is None else type(value).__name__.replace("str", "text")


def used(client: httpx.Client) -> list[httpx.Response]:
    """Selects the app, as the UI does, and says something."""
    client.get(f"{DEV}/build_graph")
    client.post(SESSION)
    answers = [client.get(path) for path in SELECTING]
    events = client.post("/run", json=RUN).json()
    of_events = f"{DEV}/users/user/sessions/s1/events"
    return answers + [client.get(f"{of_events}/{event['id']}/graph") for event in events]


@pytest.mark.parametrize(
    ("engine", "tells_what_was_said"),
    # Built of google-adk, an app tells that in logs, which are not recorded.
    [("", True), ("engine: google-adk\n", False)],
    ids=["adkconf", "google-adk"],
)
def test_answers_are_like_those_of_google_adk(
    adk_web: httpx.Client, ours: httpx.Client, *, tells_what_was_said: bool
) -> None:
    for theirs, own in zip(used(adk_web), used(ours), strict=True):
        assert own.status_code == theirs.status_code, own.url
        if own.is_success and own.text:
            assert shape(own.json()) == shape(theirs.json()), own.url
    root, own_root = (
        server.get(f"{DEV}/build_graph").json()["root_agent"] for server in (adk_web, ours)
    )
    for key in ("name", "instruction", "tools"):
        assert own_root[key] == root[key]
    theirs, own = (server.get(f"{DEV}/debug/trace/session/s1").json() for server in (adk_web, ours))
    assert tree(own) == tree(theirs)
    assert own[0].keys() == theirs[0].keys()
    assert calls(own) == (calls(theirs) if tells_what_was_said else [])


def tree(spans: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The names of a run's spans with those above; that of the run has no name they agree on."""
    names = {
        span["span_id"]: span["name"].replace("workflow hello", "workflow greeter")
        for span in spans
    }
    # google-adk's server has spans of its requests, too.
    inner = {key: name for key, name in names.items() if name.startswith(OF_RUNS)}
    found = [(span["span_id"], span["parent_span_id"]) for span in spans]
    return sorted((inner[own], inner.get(above, "")) for own, above in found if own in inner)


def calls(spans: list[dict[str, Any]]) -> list[Any]:
    """What the logs of model calls say of what was said."""
    found = [span for span in spans if span["name"].startswith("generate_content")]
    return [
        [message["role"] for message in log["attributes"]["gen_ai.input.messages"]]
        for span in found
        for log in span["logs"]
        if "gen_ai.input.messages" in log["attributes"]
    ]
