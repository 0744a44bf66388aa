"""For each kind of name that can be misspelt: the diagnostic asks what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from adkconf.config import load

APP = "name: a\nroot_agent:\n  model: echo\n"
WORKFLOW = (
    "name: a\nroot_agent:\n  agent_class: Workflow\n  nodes: {writer: {model: echo}}\n  edges: "
)
TWO = "name: a\nroot_agent: {agent_class: SequentialAgent, sub_agents: [{name: b, output_key: sum}"
TRANSFER = (
    "name: a\nroot_agent:\n  sub_agents: [{name: poet}]\n  model:\n    scripted:\n"
    "      - call: {name: transfer_to_agent, args: {agent_name: pot}}"
)
FILES = {
    "tools.py": "class Audit:\n    def __init__(self, level): ...\n    def check(self): ...\n",
    "kit/__init__.py": "from kit.inner import search\n",
    "kit/inner.py": "def search(): ...\n",
    "researcher.yaml": "name: researcher\nmodel: echo\n",
    "prompt.txt": "Be brief.",
    ".env": "",
}
KINDS = {
    "key": (APP + "  instuction: x", "instruction"),
    "key of a section": (APP + "run: {max_lm_calls: 3}", "max_llm_calls"),
    "enum value": (APP + "  include_contents: nonee", "none"),
    "agent class": ("name: a\nroot_agent: {agent_class: LopAgent}", "LoopAgent"),
    "tool": (APP + "  tools: [gogle_search]", "google_search"),
    "plugin": (APP + "plugins: [loging]", "logging"),
    "scheme": (APP + "services: {session: 'sqlit:///x.db'}", "sqlite"),
    "model": ("name: a\nroot_agent: {model: fsat}\nmodels: {fast: echo}", "fast"),
    "argument of a built-in": (APP + "plugins: [logging: {nme: x}]", "name"),
    "argument in Python": (APP + "plugins: [./tools.py:Audit: {levle: 1}]", "level"),
    "file": (APP + "  tools: [./tols.py:Audit]", "tools.py"),
    "name in a file": (APP + "  tools: [./tools.py:Audt]", "Audit"),
    "name in a class": (APP + "  tools: [./tools.py:Audit.chek]", "check"),
    "name in a package": (APP + "  tools: [kit.serch]", "search"),
    "module of a package": (APP + "  tools: [kit.iner.search]", "inner"),
    "module of the project": (APP + "  tools: ['tols:Audit']", "tools"),
    "trusted module": (APP + "  tools: [emial.utils]\ntrust: {imports: [email.*]}", "email"),
    "installed module": (APP + "  tools: [jsn.loads]\ntrust: {imports: [jsn]}", "json"),
    "name in an installed module": (
        APP + "  tools: [json.lods]\ntrust: {imports: [json]}",
        "loads",
    ),
    "installed submodule": (
        APP + "  tools: ['email.mesage:Message']\ntrust: {imports: [email.*]}",
        "message",
    ),
    "variable": (APP + "  instruction: ${GREETNG}", "GREETING"),
    "required variable": (APP + "env: {required: [GREETNG]}", "GREETING"),
    "file of a value": (APP + "  instruction: ${file:promt.txt}", "prompt.txt"),
    "file of variables": (APP + "env: {files: [.evn]}", ".env"),
    "file to build on": (APP + "extends: reseacher.yaml", "researcher.yaml"),
    "file of an agent": (APP + "  sub_agents: [{config_path: reseacher.yaml}]", "researcher.yaml"),
    "state placeholder": (TWO + ", {name: c, instruction: 'a {summ}'}]}", "{sum}"),
    "node": (WORKFLOW + "[[START, wrter]]", "writer"),
    "start": (WORKFLOW + "[[STRAT, writer]]", "START"),
    "agent to transfer to": (TRANSFER, "poet"),
    "lint to silence": (APP.replace("echo", "echo # adkconf: ignore W8O9"), "W809"),
}


@pytest.fixture
def directory(tmp_path, monkeypatch):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("directory")
@pytest.mark.parametrize("kind", KINDS)
def test_misspelt_name_is_asked_for(kind):
    text, meant = KINDS[kind]
    Path("app.yaml").write_text(text + "\n")
    hints = [found.hint for found in load("app.yaml", environ={"GREETING": "x"}).diagnostics]
    assert f"did you mean {meant!r}?" in hints


@pytest.mark.usefixtures("directory")
def test_misspelt_profile_is_asked_for():
    Path("app.yaml").write_text(APP + "profiles: {prod: {cache: null}}\n")
    found = load("app.yaml", profile="prd", environ={}).diagnostics
    assert [problem.hint for problem in found] == ["did you mean 'prod'?"]


@pytest.mark.usefixtures("directory")
@pytest.mark.parametrize(
    "reference",
    [
        "json.loads",
        "json.decoder:JSONDecoder",
        "email.mime.text.MIMEText",
        "os.path:join",
        "typing:Annotated",
        "sys:exit",
        "concurrent.futures:ThreadPoolExecutor",
        "adkconf.agents:LlmAgent",
        "google.genai.types:Content",
        "yaml:safe_load",
        "__main__:main",
    ],
)
def test_what_installed_modules_have_is_not_missed(reference):
    module = reference.partition(".")[0].partition(":")[0]
    trust = f"trust: {{imports: ['{module}.*']}}\n"
    Path("app.yaml").write_text(f"{APP}  tools: ['{reference}']\n{trust}")
    assert load("app.yaml", environ={}).diagnostics == ()
