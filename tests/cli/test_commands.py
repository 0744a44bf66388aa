from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import adkconf as package

Adkconf = Callable[..., "subprocess.CompletedProcess[str]"]
Write = Callable[[str, str], Path]

ECHO = "name: app\nroot_agent: {model: echo}\n"


COMMANDS = (
    "diff",
    "doctor",
    "eject",
    "explain",
    "graph",
    "import",
    "init",
    "migrate",
    "run",
    "schema",
    "serve",
    "sessions",
    "show",
    "test",
    "validate",
)


def test_help_names_every_command(adkconf: Adkconf):
    done = adkconf("--help")
    assert done.returncode == 0
    listed = done.stdout.partition("Commands:")[2].splitlines()
    assert {line.split()[0] for line in listed if line[2:3].strip()} == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(adkconf: Adkconf, command: str):
    done = adkconf(command, "--help")
    assert (done.returncode, "Usage: adkconf " in done.stdout) == (0, True)


def test_version(adkconf: Adkconf):
    assert adkconf("--version").stdout == f"adkconf {package.__version__}\n"


@pytest.mark.parametrize(
    "command", [[], *([name] for name in COMMANDS if name not in ("schema", "validate"))]
)
def test_help_does_not_import_the_runtime(environment: dict[str, str], command: list[str]):
    code = (
        "import sys\nfrom adkconf.cli import main\n"
        f"try: main({[*command, '--help']})\nexcept SystemExit: pass\n"
        "heavy = {'google.genai', 'pydantic', 'sqlalchemy', 'yaml', 'starlette', 'asyncio'}\n"
        "print(heavy & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "set()"


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["run"], ["serve"], ["run", "x.yaml", "--nope"], ["serve", "x", "--port", "x"]],
)
def test_wrong_usage_ends_with_2(adkconf: Adkconf, arguments: list[str]):
    done = adkconf(*arguments)
    assert done.returncode == 2
    assert "Usage:" in done.stderr


def test_run_prints_the_answer(adkconf: Adkconf, write: Write):
    write("app.yaml", ECHO)
    done = adkconf("run", "app.yaml", "Hello there")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Hello there\n", "")


@pytest.mark.parametrize("arguments", [["-"], []])
def test_run_takes_the_message_from_a_pipe(adkconf: Adkconf, write: Write, arguments: list[str]):
    write("app.yaml", ECHO)
    assert adkconf("run", "app.yaml", *arguments, stdin="Hello\nthere").stdout == "Hello\nthere\n"


def test_run_without_a_message_is_wrong_usage(adkconf: Adkconf, write: Write):
    write("app.yaml", ECHO)
    done = adkconf("run", "app.yaml", stdin=" \n")
    assert (done.returncode, "the message is empty" in done.stderr) == (2, True)


def test_run_shows_calls_results_and_who_speaks(adkconf: Adkconf, write: Write):
    write("tools.py", "def add(a: int, b: int) -> int:\n    return a + b\n")
    write(
        "app.yaml",
        """
name: app
root_agent:
  name: boss
  model:
    scripted:
      - call: {name: add, args: {a: 1, b: 2}}
      - call: {name: transfer_to_agent, args: {agent_name: clerk}}
  tools: [./tools.py:add]
  sub_agents:
    - name: clerk
      model: {scripted: [{text: It is three.}]}
""",
    )
    assert adkconf("run", "app.yaml", "1 + 2?").stdout == (
        "→ add(a=1, b=2)\n"
        '← add: {"result": 3}\n'
        '→ transfer_to_agent(agent_name="clerk")\n'
        '← transfer_to_agent: {"result": null}\n'
        "[clerk]\n"
        "It is three.\n"
    )


def test_run_prints_events_as_json(adkconf: Adkconf, write: Write):
    write("app.yaml", ECHO)
    lines = adkconf("run", "app.yaml", "--json", "Hello").stdout.splitlines()
    events = [json.loads(line) for line in lines]
    assert events[-1]["content"]["parts"] == [{"text": "Hello"}]
    assert {"id", "invocationId", "author"} <= events[-1].keys()


def test_run_goes_on_with_a_session(adkconf: Adkconf, write: Write):
    write("app.yaml", ECHO.replace("echo", "{scripted: [{text: one}, {text: two}]}"))
    done = [
        adkconf(
            "run", "app.yaml", "x", "--session", "s", "--set", "services.session=sqlite:///s.db"
        )
        for _ in range(3)
    ]
    assert [item.stdout for item in done] == ["one\n", "two\n", "one\n"]


def test_a_model_that_fails_ends_with_1_and_its_reason(adkconf: Adkconf, write: Write):
    write("app.yaml", ECHO.replace("echo", "{scripted: [{error: no more}]}"))
    done = adkconf("run", "app.yaml", "x")
    assert (done.returncode, "no more" in done.stdout) == (1, True)


def test_a_tool_that_raises_ends_with_1_and_its_reason(adkconf: Adkconf, write: Write):
    write("tools.py", "def go():\n    raise RuntimeError('kaput')\n")
    write(
        "app.yaml",
        "name: app\nroot_agent: {model: {scripted: [{call: {name: go}}]}, tools: [./tools.py:go]}",
    )
    done = adkconf("run", "app.yaml", "x")
    assert (done.returncode, "kaput" in done.stdout) == (1, True)


def test_answers_cannot_steer_the_terminal(adkconf: Adkconf, write: Write):
    write("app.yaml", ECHO)
    assert adkconf("run", "app.yaml", "a\x1b[2Jb").stdout == "a\N{REPLACEMENT CHARACTER}[2Jb\n"


def test_init_writes_an_app_that_runs_and_is_valid(adkconf: Adkconf, tmp_path: Path):
    assert adkconf("init", "my app").returncode == 0
    assert adkconf("validate", "my app/app.yaml").returncode == 0
    answer = adkconf("run", "my app/app.yaml", "Hi", "--session", "s").stdout
    assert "water the plants" in answer
    assert "name: my-app" in (tmp_path / "my app" / "app.yaml").read_text()


def test_init_refuses_to_overwrite(adkconf: Adkconf, write: Write):
    mine = write("here/tools.py", "# mine")
    done = adkconf("init", "here")
    assert (done.returncode, "tools.py already" in done.stderr) == (1, True)
    assert mine.read_text() == "# mine"
    assert list(mine.parent.iterdir()) == [mine]


def test_init_where_nothing_can_be_written_is_told(adkconf: Adkconf, write: Write):
    write("file", "")
    done = adkconf("init", "file/app")
    assert (done.returncode, "cannot write to" in done.stderr) == (1, True)


def test_a_reader_that_leaves_is_no_error(environment: dict[str, str]):
    done = subprocess.run(
        f"{sys.executable} -m adkconf schema | head -1",
        shell=True,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
