from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from adkconf.config.catalog.families import CATALOGS
from adkconf.config.loaded import Loaded
from adkconf.config.spec.app import AppSpec, EnvSpec
from adkconf.config.spec.section import Section
from adkconf.config.spec.server import ServerSpec
from adkconf.inspection.comparison import Difference, compare
from adkconf.inspection.difference_report import report
from adkconf.inspection.impact import SERVICE_OPTIONS, consequence
from adkconf.inspection.resolved import resolve

LoadText = Callable[..., Loaded]
Differences = Callable[[str, str], list[Difference]]

HEAD = "name: app\n"
AGENT = "root_agent: {name: boss, model: echo}\n"
APP = HEAD + AGENT


@pytest.fixture
def differences(load_text: LoadText, tmp_path) -> Differences:
    (tmp_path / "tools.py").write_text("def a(x=1): ...\ndef b(): ...\n")

    def differences(old: str, new: str) -> list[Difference]:
        trees = []
        for text in (old, new):
            loaded = load_text(text, environ={"PORT": "8000", "API_KEY": "hunter2"})
            assert loaded.spec is not None
            trees.append(resolve(loaded, loaded.spec, profile=None, defaults=True))
        return compare(*trees)

    return differences


def agent(more: str) -> str:
    return f"{HEAD}root_agent: {{name: boss, model: echo, {more}}}\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (APP, APP + "server: {port: 8000, host: 127.0.0.1}\nengine: adkconf\nschema: 1\n"),
        (APP, APP + "services: {session: 'memory://'}\nprofiles: {p: {server: {port: 1}}}\n"),
        (APP, APP + "server:\n  port: ${PORT}\n"),
        (APP, "x: &a {model: echo, name: boss}\n".replace("x:", "x-a:") + HEAD + "root_agent: *a"),
        (APP + "resumability: true\n", APP + "resumability: {is_resumable: true}\n"),
        (APP + "cache: true\n", APP + "cache: {enabled: true, ttl_seconds: 1800}\n"),
        (
            APP + "services: {session: 'sqlite:///a.db'}\n",
            APP + "services: {session: {uri: 'sqlite:///a.db'}}\n",
        ),
        (agent("agent_class: Agent"), agent("agent_class: LlmAgent, output_schema: null")),
        (agent("tools: ['./tools.py:a']"), agent("tools: [{name: './tools.py:a'}]")),
        (
            agent("tools: ['./tools.py:a': {x: 2}]"),
            agent("tools: [{name: './tools.py:a', args: {x: 2}}]"),
        ),
        (
            agent("before_agent_callback: './tools.py:a'"),
            agent("before_agent_callbacks: [{name: './tools.py:a'}]"),
        ),
    ],
)
def test_another_way_to_write_it_is_no_difference(differences: Differences, old: str, new: str):
    assert differences(old, new) == []
    assert differences(new, old) == []


SUBS = "sub_agents: [{name: x, model: echo}, {name: y}]"

CHANGES = [
    (APP, "name: shop\n" + AGENT, "name", "data at risk"),
    (APP, APP + "services: {session: 'sqlite:///a.db'}\n", "services.session.uri", "data at risk"),
    (APP, APP + "services: {artifact: 'file://a'}\n", "services.artifact.uri", "data at risk"),
    (APP + "resumability: true\n", APP, "resumability.is_resumable", "data at risk"),
    (APP, APP + "resumability: true\n", "resumability.is_resumable", "new generation"),
    (APP, APP + "server: {port: 1}\n", "server.port", "restart"),
    (APP, APP + "server: {workers: 2}\n", "server.workers", "restart"),
    (APP, APP + "apps: [{file: app.yaml, profile: p}]\n", "apps", "restart"),
    (APP, APP + "server: {auth: {bearer: a}}\n", "server.auth.bearer", "in place"),
    (APP, APP + "server: {limits: {runs: 4}}\n", "server.limits.runs", "in place"),
    (APP, APP + "engine: google-adk\n", "engine", "new generation"),
    (APP, APP + "models: {fast: echo}\n", "models.fast", "new generation"),
    (APP, APP + "cache: true\n", "cache.enabled", "new generation"),
    (
        APP,
        agent("model: echo2").replace("model: echo, ", "").replace("echo2", "gemini-2.5-pro"),
        "root_agent.model",
        "new generation",
    ),
    (APP, APP + "services: {memory: 'sqlite:///m.db'}\n", "services.memory.uri", "data at risk"),
    (APP, APP + "trust: {imports: [a]}\n", "trust.imports", "in place"),
    (APP, APP + "env: {required: [PORT]}\n", "env.required", "in place"),
    (APP, APP + "env: {files: [{path: x, required: false}]}\n", "env.files", "new generation"),
    (APP, APP + "run: {max_llm_calls: 1}\n", "run.max_llm_calls", "new generation"),
    (APP, APP + "plugins: [logging]\n", "plugins", "new generation"),
    (APP, agent("instruction: Hi"), "root_agent.instruction", "new generation"),
    (agent("output_key: a"), agent("output_key: b"), "root_agent.output_key", "new generation"),
    (agent(SUBS), agent("sub_agents: [{name: y}]"), "root_agent.sub_agents.x", "new generation"),
    (
        agent(SUBS),
        agent("sub_agents: [{name: y}, {name: x, model: echo}]"),
        "root_agent.sub_agents",
        "new generation",
    ),
    (
        agent("tools: ['./tools.py:a']"),
        agent("tools: ['./tools.py:b', './tools.py:a']"),
        "root_agent.tools[./tools.py:b]",
        "new generation",
    ),
    (
        APP + "services: {session: 'sqlite:///a.db'}\n",
        APP + "services: {session: {uri: 'sqlite:///a.db', synchronous: NORMAL}}\n",
        "services.session.synchronous",
        "data at risk",
    ),
    (
        APP + "services: {session: {uri: 'postgresql://h/d', pool_size: 5}}\n",
        APP + "services: {session: {uri: 'postgresql://h/d', pool_size: 6}}\n",
        "services.session.pool_size",
        "new generation",
    ),
]


@pytest.mark.parametrize(("old", "new", "path", "impact"), CHANGES)
def test_a_change_has_a_place_and_a_price(
    differences: Differences, old: str, new: str, path: str, impact: str
):
    (found,) = differences(old, new)
    assert (found.path, consequence(found).impact) == (path, impact)
    assert consequence(found).reason


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (agent(SUBS), agent("sub_agents: [{name: y}]")),
        (agent("tools: ['./tools.py:a']"), agent("tools: []")),
        (APP, APP.replace("boss", "chief")),
    ],
)
def test_what_paused_runs_wait_in_is_not_taken_away_lightly(
    differences: Differences, old: str, new: str
):
    (found,) = differences(old, new)
    assert consequence(found).impact == "new generation"
    assert consequence(found, resumable=True).impact == "data at risk"


def test_every_key_of_the_language_has_a_price():
    nested: dict[str, type[Section]] = {"server": ServerSpec, "env": EnvSpec}
    for name, field in AppSpec.model_fields.items():
        key = field.alias or name
        below = nested.get(key)
        for steps in [(key, inner) for inner in below.model_fields] if below else [(key,)]:
            assert consequence(Difference(steps, "changed", "a", "b")).reason


def test_every_option_of_a_service_has_a_price():
    options = {
        option
        for family in ("session", "artifact", "memory", "credential")
        for builtin in CATALOGS[family].builtins.values()
        for option in builtin.arguments.model_fields
    }
    assert options == set(SERVICE_OPTIONS)


def test_agents_are_compared_by_name_wherever_they_stand(differences: Differences):
    old = agent("sub_agents: [{name: x, model: echo}, {name: y, description: old}]")
    new = agent("sub_agents: [{name: new}, {name: x, model: echo}, {name: y, description: new}]")
    found = {(item.path, item.kind, item.old, item.new) for item in differences(old, new)}
    assert found == {
        ("root_agent.sub_agents.new", "added", "", '{"name": "new"}'),
        ("root_agent.sub_agents.y.description", "changed", "old", "new"),
    }


def test_a_secret_that_changes_is_told_and_not_shown(differences: Differences):
    old = APP + "server: {auth: {bearer: hunter2}}\n"
    new = APP + "server: {auth: {bearer: '${API_KEY:-}x'}}\n"
    text = report(differences(old, new), "text")
    assert "server.auth.bearer: <hidden> → <hidden>" in text
    assert "hunter2" not in text


def test_the_gravest_changes_come_first(differences: Differences):
    new = "name: shop\nroot_agent: {name: boss, model: echo}\ntrust: {imports: [a]}\n"
    found = differences(APP, new + "server: {port: 1}\nrun: {max_llm_calls: 1}\n")
    listed = json.loads(report(found, "json"))["changes"]
    impacts = [change["impact"] for change in listed]
    assert impacts == ["data at risk", "restart", "new generation", "in place"]
    assert listed[0] | {"reason": ""} == {
        "path": "name",
        "change": "changed",
        "old": "app",
        "new": "shop",
        "impact": "data at risk",
        "reason": "",
    }


def test_markdown_holds_any_text_in_its_cells(differences: Differences):
    found = differences(APP, agent('instruction: "a | `b`` \\n c"'))
    (row,) = report(found, "markdown").splitlines()[2:]
    assert row.replace("\\|", "").count("|") == 4
    assert "``` root_agent.instruction" in row


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_no_difference_is_said(format_):
    assert report([], format_) == "No difference.\n"


def test_a_secret_in_a_name_is_not_shown_either(differences: Differences):
    new = agent("tools: ['./tools.py:a'], sub_agents: [{name: '${API_KEY}', model: echo}]")
    text = report(differences(agent("tools: ['./tools.py:a']"), new), "json")
    assert "${API_KEY}" in text
    assert "hunter2" not in text
