"""What google-adk's dev UI asks for; the UI itself is in tests/page/test_google_adk_ui.py."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from adkconf import config
from adkconf.inspection.graph import draw
from adkconf.inspection.graph_dot import write_dots
from adkconf.launch.fleet import Fleet
from adkconf.launch.loader import FileLoader
from adkconf.server.app import create_app
from adkconf.server.dev.dev_ui import ROUTES
from adkconf.server.settings import Settings

TOOLS = '''\
def look(where: str):
    """Looks."""
    return {"found": "a \\"key\\""}
'''
APP = """\
name: hello
root_agent:
  name: greeter
  model: offline
  instruction: Greet.
  tools: ["./tools.py:look"]
  sub_agents: [{name: helper, model: echo, description: Helps.}]
models:
  offline:
    scripted:
      - call: {name: look, args: {where: here}}
      - text: Found.
      - error: {code: 429, message: the quota is used up}
"""
FLOW = r"""name: flow
root_agent:
  agent_class: Workflow
  name: steps
  nodes:
    first: {name: first, model: echo}
    inner:
      agent_class: Workflow
      nodes: {last: {name: last, model: echo}}
      edges: [[START, last]]
  edges:
    - [START, first]
    - {from_node: first, to_node: inner, route: 'say "hi" \N'}
"""
DEV = "/dev/apps/hello"
SESSION = "/apps/hello/users/user/sessions/s1"
RUN = {
    "appName": "hello",
    "userId": "user",
    "sessionId": "s1",
    "newMessage": {"parts": [{"text": "hi"}]},
}


@pytest.fixture
async def hello(tmp_path: Path) -> AsyncIterator[Fleet]:
    (tmp_path / "tools.py").write_text(TOOLS)
    (tmp_path / "app.yaml").write_text(APP)
    loader = FileLoader(lambda: config.load(tmp_path / "app.yaml"))
    fleet = Fleet([("app.yaml", loader)], drain_seconds=1)
    await fleet.start()
    yield fleet
    await fleet.close()


@pytest.fixture
async def ui(hello: Fleet, serving_app: Callable[..., Any]) -> AsyncIterator[httpx.AsyncClient]:
    """A client that selected the app, as the UI does before anything else."""
    async with serving_app(create_app(hello, Settings())) as client:
        await client.get(f"{DEV}/build_graph")
        await client.post(SESSION)
        yield client


async def run(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = (await client.post("/run", json=RUN)).json()
    return events


async def trace(client: httpx.AsyncClient, session_id: str = "s1") -> list[dict[str, Any]]:
    spans: list[dict[str, Any]] = (
        await client.get(f"{DEV}/debug/trace/session/{session_id}")
    ).json()
    return spans


async def test_the_tree_has_agents_models_and_tools(ui: httpx.AsyncClient) -> None:
    told = (await ui.get(f"{DEV}/build_graph")).json()
    root = told["root_agent"]
    assert told["name"] == "hello"
    assert (root["name"], root["instruction"]) == ("greeter", "Greet.")
    assert root["tools"] == [{"name": "look", "type": "tool"}]
    assert [agent["name"] for agent in root["sub_agents"]] == ["helper"]


async def test_a_run_is_a_trace_below_one_span(ui: httpx.AsyncClient) -> None:
    await run(ui)
    spans = await trace(ui)
    names = {span["span_id"]: span["name"] for span in spans}
    below = [(span["name"], names.get(span["parent_span_id"])) for span in spans]
    assert sorted(below, key=str) == [
        ("execute_tool look", "invoke_agent greeter"),
        ("generate_content scripted", "invoke_agent greeter"),
        ("generate_content scripted", "invoke_agent greeter"),
        ("invoke_agent greeter", "invoke_workflow greeter"),
        ("invoke_workflow greeter", None),
    ]
    assert all(span["start_time"] <= span["end_time"] for span in spans)
    assert len({span["trace_id"] for span in spans}) == 1


async def test_a_model_call_has_what_was_said(ui: httpx.AsyncClient) -> None:
    await run(ui)
    first, *_ = [span for span in await trace(ui) if span["name"].startswith("generate_content")]
    (log,) = first["logs"]
    told = log["attributes"]
    asked = {"role": "user", "parts": [{"type": "text", "content": "hi"}]}
    assert told["gen_ai.input.messages"] == [asked]
    assert told["gen_ai.output.messages"][0]["parts"][0]["name"] == "look"
    assert "Greet." in told["gen_ai.system_instructions"][0]["content"]
    assert log["event_name"] == "gen_ai.client.inference.operation.details"


async def test_an_event_leads_to_the_call_that_it_came_of(ui: httpx.AsyncClient) -> None:
    call, result, _ = await run(ui)
    for event, operation in ((call, "generate_content"), (result, "execute_tool")):
        found = (await ui.get(f"{DEV}/debug/trace/{event['id']}")).json()
        assert found["gen_ai.operation.name"] == operation
    graph = (await ui.get(f"{DEV}/users/user/sessions/s1/events/{call['id']}/graph")).json()
    assert graph["dotSrc"].count("#bfe8d2") == 2
    none = await ui.get(f"{DEV}/debug/trace/nothing")
    assert (none.status_code, none.json()["detail"]) == (404, "Trace not found")
    assert (await ui.get(f"{DEV}/users/user/sessions/s1/events/nothing/graph")).json() == {}


async def test_nothing_is_recorded_before_somebody_asks(hello: Fleet, serving_app: Any) -> None:
    async with serving_app(create_app(hello, Settings())) as client:
        await client.post(SESSION)
        await run(client)
        runner: Any = hello.members[0].live.current.built.runner
        assert runner.plugin_manager.plugins == []
        assert await trace(client) == []
        await run(client)
        assert len(await trace(client)) == 3


async def test_traces_go_on_in_the_next_generation(
    ui: httpx.AsyncClient, hello: Fleet, tmp_path: Path
) -> None:
    await run(ui)
    (tmp_path / "app.yaml").write_text(APP.replace("Greet.", "Shout."))
    await hello.reload()
    await run(ui)
    assert len({span["trace_id"] for span in await trace(ui)}) == 2


async def test_a_failed_call_does_not_spoil_the_trace(ui: httpx.AsyncClient) -> None:
    await run(ui)
    await ui.post("/run", json=RUN)
    calls = [span for span in await trace(ui) if span["name"].startswith("generate_content")]
    assert len(calls) == 3
    assert all("gcp.vertex.agent.event_id" in span["attributes"] for span in calls)
    assert await trace(ui, "another") == []


async def test_graphs_show_names_and_no_markup(ui: httpx.AsyncClient) -> None:
    for dark in ("true", "false"):
        answer = await ui.get(f"{DEV}/build_graph_image", params={"dark_mode": dark})
        dot = answer.json()[""]["dotSrc"]
        assert '"greeter" -> "look"' in dot
        assert '"greeter" -> "helper"' in dot
        assert ("#0f141b" in dot) == (dark == "true")
    assert (await ui.get(f"{DEV}/graph")).json().keys() == {"dotSrc"}
    assert (await ui.get(f"{DEV}/build_graph_image?node=none")).status_code == 404


def test_a_workflow_has_a_graph_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "flow.yaml").write_text(FLOW)
    spec = config.load(tmp_path / "flow.yaml").spec
    assert spec is not None
    dots = write_dots(draw(spec))
    assert dots.keys() == {"", "inner"}
    assert '"__START__" -> "first" [style=solid label=""]' in dots[""]
    assert '"first" -> "inner" [style=solid label="say \\"hi\\" \\\\N"]' in dots[""]
    assert '"__START__" -> "last"' in dots["inner"]


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("builder?ts=1", b""),
        ("eval_sets", b"[]"),
        ("eval_results", b"[]"),
        ("eval-sets", b'{"evalSetIds":[]}'),
        ("eval-results", b'{"evalResultIds":[]}'),
        ("metrics-info", b'{"metricsInfo":[]}'),
        ("tests", b"[]"),
    ],
)
async def test_what_there_is_not_is_empty(ui: httpx.AsyncClient, path: str, answer: bytes) -> None:
    assert (await ui.get(f"{DEV}/{path}")).content == answer


async def test_nobody_consents_to_telemetry(ui: httpx.AsyncClient) -> None:
    assert (await ui.get("/config/telemetry")).json() == {"telemetry": False}
    refused = await ui.post("/config/telemetry", json={"telemetry": True})
    assert refused.status_code == 400
    right = {"x-adk-telemetry-request": "true"}
    given = await ui.post("/config/telemetry", json={"telemetry": True}, headers=right)
    assert given.json() == {"telemetry": False}
    config = (await ui.get("/dev-ui/assets/config/runtime-config.json")).json()
    assert config == {"backendUrl": "", "telemetry": False}
    assert (await ui.get("/dev-ui/config")).status_code == 200


async def test_the_routes_are_there_where_the_page_is(hello: Fleet, serving_app: Any) -> None:
    paths = [
        re.sub(r"\{(\w+)\}", "x", route.path.replace("{app_name}", "hello")) for route in ROUTES
    ]
    async with serving_app(create_app(hello, Settings(page=False))) as client:
        assert {(await client.get(path)).status_code for path in paths} == {404}
    async with serving_app(create_app(hello, Settings(tokens=("t",)))) as client:
        assert {(await client.get(path)).status_code for path in paths} == {401}
    users = Settings(users={"t": "ada"})
    async with serving_app(create_app(hello, users)) as client:
        client.headers["authorization"] = "Bearer t"
        for_all = {path for path in paths if (await client.get(path)).status_code == 200}
    assert for_all == {path for path in paths if not path.startswith("/dev/")}


def test_without_opentelemetry_traces_are_empty() -> None:
    script = """
import sys
sys.modules["opentelemetry"] = None
from adkconf.server.dev.dev_traces import Traces
class Runner:
    app_name = "hello"
print(Traces().want(Runner()))
"""
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert ran.stdout == "None\n", ran.stderr
