"""What the builder gets: components told apart, with their places."""

from __future__ import annotations

from pathlib import Path

import pytest

from adkconf.config import load
from adkconf.config.spec.agent import CodeAgentSpec, CustomAgentSpec, LoopAgentSpec, walk_agents

CASES = Path(__file__).parents[1] / "cases" / "valid"


@pytest.fixture(scope="module")
def components():
    return load(CASES / "components.yaml", environ={}).spec


@pytest.fixture(scope="module")
def full():
    return load(CASES / "full.yaml", environ={}).spec


def test_model_is_told_by_its_name(components):
    assert components.root_agent.model.kind == "named"
    assert components.models["fast"].args == {"model": "gemini-2.5-flash"}
    assert components.models["smart"].name == "gemini"
    assert components.models["offline"].args["steps"][0] == {"text": "Hi"}


def test_tools_keep_their_kind_arguments_and_place(components):
    search, _, own, factory, positional, *_ = components.root_agent.tools
    assert (search.kind, search.name, search.args, search.called) == (
        "builtin",
        "google_search",
        {},
        False,
    )
    assert (own.kind, own.ref.attribute, own.ref.file) == (
        "python",
        "search",
        CASES / "files/tools.py",
    )
    assert (factory.args, positional.positional) == ({"level": 3}, (3,))
    assert (factory.at.line, factory.path) == (9, "root_agent.tools[3]")
    assert factory.span_of(*factory.arg_steps("level")).column == 43


def test_agent_behind_a_tool_is_an_agent(components):
    tools = [tool for tool in components.root_agent.tools if tool.name == "AgentTool"]
    assert [tool.args["agent"].name for tool in tools] == ["helper", "researcher"]
    assert tools[1].args["agent"].at.file.endswith("researcher.yaml")


def test_reference_by_module_knows_its_file_and_search_path(components):
    ref = components.root_agent.tools[5].ref
    assert (ref.module, ref.file, ref.search_path) == (
        "files.tools",
        CASES / "files/tools.py",
        CASES,
    )


def test_agents_of_all_kinds_are_in_the_tree(full):
    kinds = [type(agent) for agent in walk_agents(full.root_agent)]
    assert kinds.count(CodeAgentSpec) == 3
    assert {LoopAgentSpec, CustomAgentSpec} <= set(kinds)
    assert full.root_agent.name == "desk"


def test_callbacks_are_given_by_the_agents_own_names(full):
    callbacks = full.root_agent.callbacks()
    assert {name: len(refs) for name, refs in callbacks.items()} == {
        "before_model_callback": 2,
        "after_tool_callback": 1,
    }


def test_camel_case_options_are_read(full):
    assert full.root_agent.generate_content_config.given() == {
        "temperature": 0.1,
        "max_output_tokens": 100,
    }


def test_switches_are_sections(full):
    assert full.resumability.is_resumable is True
    assert full.cache.ttl_seconds == 60


def test_services_have_their_scheme_and_options(full):
    assert (full.services.session.name, full.services.session.args) == (
        "sqlite",
        {"uri": "sqlite:///x.db", "synchronous": "NORMAL"},
    )
    assert full.services.artifact.args == {"uri": "file://./artifacts"}


def test_root_agent_takes_the_apps_name(tmp_path):
    file = tmp_path / "app.yaml"
    file.write_text("name: my-app\nroot_agent: {model: echo}\n")
    assert load(file, environ={}).spec.root_agent.name == "my_app"


def test_section_makes_diagnostics_of_its_parts(full):
    found = full.run.diagnostic("E701", "no", steps=("on_busy",), hint="yes")
    assert (found.path, found.line, found.column) == ("run.on_busy", 46, 12)


def test_copy_of_a_section_knows_its_place(full):
    changed = full.model_copy(update={"name": "other"})
    assert (changed.name, changed.span_of("name")) == ("other", full.span_of("name"))
