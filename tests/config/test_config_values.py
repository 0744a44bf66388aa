"""Interpolation, merging and overrides, through `load`."""

from __future__ import annotations

import pytest

from adkconf.config import load

APP = "name: a\nroot_agent:\n  model: echo\n"


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(text: str, name: str = "app.yaml"):
        file = tmp_path / name
        file.write_text(text)
        return file

    return write


def instruction(write, text: str, environ: dict[str, str]):
    loaded = load(write(f"{APP}  instruction: {text}\n"), environ=environ)
    return loaded.spec.root_agent.instruction if loaded.spec else loaded.diagnostics[0].message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${A}", "one"),
        ("<${A}>", "<one>"),
        ("${B:-two}", "two"),
        ("${EMPTY:-two}", "two"),
        ("${EMPTY-two}", ""),
        ("${A:+three}", "three"),
        ("${B:+three}", ""),
        ("${EMPTY+three}", "three"),
        ("${B:-${A} and ${C:-four}}", "one and four"),
        ("${B:?set B}", "the variable 'B' is not set: set B"),
        ("${EMPTY:?}", "the variable 'EMPTY' is empty"),
        ("${EMPTY?}", ""),
        ("$${A} $A $$", "${A} $A $"),
        ("'{state} {user:x?} ${A}'", "{state} {user:x?} one"),
        ("${N}", "5"),
        ("${SNEAKY}", "x: ${A}\n- y"),
    ],
)
def test_interpolation_follows_the_grammar(text, expected, write):
    environ = {"A": "one", "EMPTY": "", "N": "5", "SNEAKY": "x: ${A}\n- y"}
    assert instruction(write, text, environ) == expected


def test_interpolated_value_takes_the_type_of_its_key(write):
    text = "server: {port: '${PORT}'}\ncache: {ttl_seconds: '${TTL}'}\n"
    quoted = load(write(APP + text), environ={"PORT": "9", "TTL": "8"})
    assert [found.code for found in quoted.diagnostics] == ["E203", "E203"]
    plain = "run:\n  support_cfc: ${FLAG}\n  max_llm_calls: ${N}\n  service_tier: ${N}\n"
    spec = load(write(APP + plain), environ={"FLAG": "true", "N": "7"}).spec
    assert (spec.run.support_cfc, spec.run.max_llm_calls, spec.run.service_tier) == (True, 7, "7")


def test_value_of_a_variable_is_never_shown(write):
    text = "server:\n  port: ${SECRET}\nengine: ${SECRET}\nservices:\n  session: ${SECRET}\n"
    found = load(write(APP + text), environ={"SECRET": "hunter2"}).diagnostics
    assert len(found) == 3
    assert "hunter2" not in str(found)


def test_bearer_tokens_are_masked(write):
    spec = load(write(APP + "server: {auth: {bearer: hunter2}}\n"), environ={}).spec
    assert "hunter2" not in repr(spec)
    assert spec.server.auth.bearer[0].get_secret_value() == "hunter2"


def test_unset_variable_suggests_one_that_is_set(write):
    (found,) = load(write(APP + "engine: ${ENGNE}\n"), environ={"ENGINE": "x"}).diagnostics
    assert (found.code, found.line, found.column) == ("E301", 4, 9)
    assert found.hint == "did you mean 'ENGINE'?"


def test_environment_files_yield_to_the_real_environment(write):
    write("A=file\nexport B='b $x' # comment\nC=\"c\\nd\"\n\n# nothing\nD=d # comment\n", ".env")
    text = f"{APP}  instruction: ${{A}} ${{B}} ${{C}} ${{D}}\nenv: {{files: [.env]}}\n"
    loaded = load(write(text), environ={"A": "real"})
    assert loaded.spec.root_agent.instruction == "real b $x c\nd d"
    assert loaded.environ["B"] == "b $x"


def test_layers_merge_from_extends_to_override(write, tmp_path):
    write("server: {port: 1, host: base}\nplugins: [logging]\ncache: true\n", "base.yaml")
    profile = "{server: {port: 3}, cache: null, plugins: []}"
    text = f"extends: base.yaml\n{APP}server: {{port: 2}}\nprofiles:\n  p: {profile}\n"
    file = write(text)
    assert load(file, environ={}).spec.server.port == 2
    spec = load(file, profile="p", overrides=["server.host=set"], environ={}).spec
    assert (spec.server.port, spec.server.host) == (3, "set")
    assert (spec.cache, spec.plugins) == (None, ())
    assert spec.server.span_of("port").line == 7
    assert spec.server.span_of("host").file == "--set server.host"
    assert load(file, environ={}).spec.server.span_of("host").file == "base.yaml"


@pytest.mark.parametrize(
    ("override", "code"),
    [
        ("server.port=many", "E203"),
        ("server.prt=1", "E201"),
        ("server.port", "E404"),
        ("=1", "E404"),
        ("name.x=1", "E404"),
        ("root_agent.tools[3]=x", "E404"),
        ("root_agent.instruction=${NOPE}", "E301"),
        ("server={port: [}", "E104"),
        ("name=\x00", "E102"),
    ],
)
def test_wrong_override_is_reported_at_the_option(override, code, write):
    (found,) = load(write(APP + "  tools: []\n"), overrides=[override], environ={}).diagnostics
    assert found.code == code
    assert found.file.startswith("--set")


def test_overrides_are_typed_by_their_key_and_reach_into_lists(write):
    file = write(APP + "  tools: [exit_loop, google_search]\nserver: {port: 1}\n")
    overrides = [
        "root_agent.instruction=5",
        "root_agent.tools[0]=url_context",
        "root_agent.tools[1]=null",
        "server={port: 7}",
        "run.max_llm_calls=9",
        'models={"m": "echo"}',
    ]
    spec = load(file, overrides=overrides, environ={}).spec
    assert spec.root_agent.instruction == "5"
    assert [tool.name for tool in spec.root_agent.tools] == ["url_context"]
    assert (spec.server.port, spec.run.max_llm_calls) == (7, 9)


def test_unknown_profile_suggests_one(write):
    (found,) = load(write(APP + "profiles: {prod: {}}\n"), profile="prd", environ={}).diagnostics
    assert (found.code, found.hint) == ("E403", "did you mean 'prod'?")


def test_all_files_that_matter_are_told(write, tmp_path):
    write("hello", "prompt.txt")
    write("def f(): pass\n", "tools.py")
    write("name: sub\nmodel: echo\n", "sub.yaml")
    lines = (
        "  instruction: ${file:prompt.txt}",
        "  tools: [./tools.py:f, tools.f, ./no.py:x]",
        "  sub_agents: [sub.yaml, gone.yaml]",
        "env: {files: [{path: .env, required: false}]}",
    )
    files = load(write(APP + "\n".join(lines)), environ={}).files
    names = {"app.yaml", "prompt.txt", "tools.py", "no.py", "sub.yaml", "gone.yaml", ".env"}
    assert files == {tmp_path / name for name in names}


def test_nothing_is_imported(write, tmp_path):
    write("raise SystemExit('imported')\ndef f(): pass\n", "tools.py")
    assert load(write(APP + "  tools: [./tools.py:f, tools.f]\n"), environ={}).ok


def test_interpolation_in_an_agents_own_file_is_opt_in(write):
    write("name: sub\nmodel: echo\ninstruction: ${A:-x}\n", "sub.yaml")
    for flag, expected in (("false", "${A:-x}"), ("true", "x")):
        text = f"name: a\nroot_agent: {{config_path: sub.yaml, interpolate: {flag}}}\n"
        assert load(write(text), environ={}).spec.root_agent.instruction == expected


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ("[START, w, [{agent_clas: JoinNode, name: b}]]", (24, "did you mean 'agent_class'?")),
        ("[START, w, [{zzz: JoinNode, name: b}]]", (24, "")),
        ("[START, w], [w, {yes: []}]", (33, "")),
    ],
)
def test_block_that_is_no_node_is_told_where_it_is_odd(edges, expected, write):
    workflow = "name: a\nroot_agent:\n  agent_class: Workflow\n  nodes: {w: {model: echo}}\n"
    found = load(write(f"{workflow}  edges: [{edges}]\n"), environ={}).diagnostics
    assert [(item.column, item.hint) for item in found] == [expected]


def test_text_that_is_too_long_is_told_with_its_limit(write):
    (found,) = load(write(f"{APP}trust: {{imports: [{'x' * 201}]}}\n"), environ={}).diagnostics
    assert (found.code, found.line) == ("E205", 4)
    assert found.message.startswith("expected at most 200 characters, not 'xxx")
