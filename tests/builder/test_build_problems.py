from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project

AGENT = """\
name: app
root_agent:
  model: echo
"""


async def test_a_file_that_raises_is_told_with_the_line_that_raised(project: Project):
    project.write("tools.py", "def go(): ...\n\n1 / 0\n")
    found = await project.problem(AGENT + "  tools: ['./tools.py:go']\n")
    assert (found.file, found.line, found.column) == ("app.yaml", 4, 11)
    assert found.code == "E702"
    assert found.message == (
        "tools.py cannot be imported: ZeroDivisionError: division by zero (tools.py:3)"
    )


async def test_the_line_is_that_of_the_file_that_raised_deep_down(project: Project):
    project.write("tools.py", "import deep\ndef go(): ...\n")
    project.write("deep.py", "\n\nraise RuntimeError('boom')\n")
    found = await project.problem(AGENT + "  tools: ['./tools.py:go']\n")
    assert found.message.endswith("RuntimeError: boom (deep.py:3)")


async def test_a_file_that_ends_the_program_is_told(project: Project):
    project.write("tools.py", "import sys\ndef go(): ...\nsys.exit(3)\n")
    found = await project.problem(AGENT + "  tools: ['./tools.py:go']\n")
    assert "SystemExit: 3 (tools.py:3)" in found.message


async def test_two_broken_tools_and_a_broken_plugin_are_three_problems(project: Project):
    project.write("one.py", "def go(): ...\nraise OSError('one')\n")
    project.write("two.py", "def go(): ...\nraise OSError('two')\n")
    project.write("three.py", "def go(): raise OSError('three')\n")
    found = await project.problems(
        AGENT + "  tools: ['./one.py:go', './two.py:go']\nplugins: ['./three.py:go']\n"
    )
    assert [(item.line, item.code) for item in found] == [(4, "E702"), (4, "E702"), (5, "E704")]


async def test_a_broken_file_is_told_once_however_often_it_is_named(project: Project):
    project.write("tools.py", "def go(): ...\ndef stop(): ...\nraise OSError('no')\n")
    assert len(await project.problems(AGENT + "  tools: ['./tools.py:go', './tools.py:stop']")) == 1


@pytest.mark.parametrize(
    ("source", "line", "code", "message"),
    [
        ("go = 3", "tools: ['./code.py:go']", "E703", "is a int, not a BaseTool"),
        ("go = 3", "before_agent_callbacks: ['./code.py:go']", "E703", "is no function"),
        ("class go: ...", "model: './code.py:go'", "E703", "is a go, not a BaseLlm"),
        ("def go(x: print): ...", "tools: ['./code.py:go']", "E704", "cannot be"),
        ("def go(a: int): ...", "tools: [{'./code.py:go': {a: x}}]", "E505", "'a' takes 'int'"),
        (
            "from datetime import date\ndef go(a: date): ...",
            "tools: [{'./code.py:go': {a: x}}]",
            "E505",
            "a: Input should be",
        ),
        ("def go(): 1 / 0", "tools: [{'./code.py:go': {}}]", "E704", "ZeroDivisionError"),
    ],
)
async def test_python_that_does_not_fit_is_told_at_its_line(
    project: Project, source: str, line: str, code: str, message: str
):
    project.write("code.py", source)
    root = line if line.startswith("model") else f"model: echo\n  {line}"
    found = await project.problem(f"name: app\nroot_agent:\n  {root}\n")
    assert (found.line, found.code) == (3 if line.startswith("model") else 4, code)
    assert message in found.message


async def test_an_agent_with_a_single_turn_is_no_root(project: Project):
    found = await project.problem(AGENT + "  mode: single_turn")
    assert (found.line, found.code, "'single_turn'" in found.message) == (4, "E204", True)


@pytest.mark.parametrize(
    "text", ["resumability: false", "cache: false", "run: {support_cfc: false}"]
)
async def test_what_is_switched_off_is_no_problem(project: Project, text: str):
    await project.build(AGENT + text)


async def test_a_database_that_cannot_be_opened_is_told_at_its_line(project: Project):
    found = await project.problem(AGENT + "services:\n  session: sqlite:///no/such/dir/x.db\n")
    assert (found.line, found.column, found.code) == (5, 12, "E705")
    assert "unable to open database file" in found.message


async def test_a_file_that_is_no_database_is_told_at_its_line(project: Project):
    project.write("x.db", "this is not a database, whatever its name says; long enough to be read")
    found = await project.problem(AGENT + "services: {session: 'sqlite:///x.db'}\n")
    assert (found.line, found.code) == (4, "E705")


async def test_a_model_option_is_told_at_its_place(project: Project):
    found = await project.problem(
        AGENT
        + "  generate_content_config:\n"
        + "    thinkingConfig:\n"
        + "      thinkingBudget: a lot\n"
    )
    assert (found.line, found.code) == (6, "E505")


async def test_two_plugins_of_one_name_are_told(project: Project):
    found = await project.problem(AGENT + "plugins:\n- logging\n- logging\n")
    assert (found.line, found.code) == (6, "E703")


async def test_compaction_without_a_model_is_told(project: Project):
    found = await project.problem(
        """
        name: app
        root_agent: {agent_class: SequentialAgent, name: empty}
        compaction: {compaction_interval: 2, overlap_size: 0}
        """
    )
    assert (found.line, found.code) == (4, "E703")
    assert "no agent whose model could write the summaries" in found.message


async def test_a_prompt_for_summaries_without_the_conversation_is_told(project: Project):
    found = await project.problem(
        AGENT
        + "compaction:\n  compaction_interval: 2\n  overlap_size: 0\n"
        + "  summarizer: {prompt_template: Be brief.}\n"
    )
    assert "conversation_history" in found.message


async def test_an_object_of_google_adk_is_told_as_such(project: Project):
    project.write("agent.py", "from google.adk.agents import LlmAgent\nroot = LlmAgent(name='a')\n")
    found = await project.problem("name: app\nengine: adkconf\nroot_agent: ./agent.py:root\n")
    assert (found.code, found.line) == ("E703", 3)
    assert "write `engine: google-adk`" in found.hint


async def test_a_broken_model_of_the_summaries_is_one_problem(project: Project):
    project.write("code.py", "def go(): 1 / 0")
    found = await project.problem(
        AGENT
        + "compaction: {compaction_interval: 2, overlap_size: 0,"
        + " summarizer: {model: './code.py:go'}}"
    )
    assert "ZeroDivisionError" in found.message
