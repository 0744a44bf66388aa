"""The chat as somebody at a terminal sees it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

CTRL_C, CTRL_D = "\x03", "\x04"
# What terminals are told besides text: colours, and readline's bracketed paste.
CONTROL = re.compile(r"\x1b\[[?0-9;]*[a-zA-Z]")


class Terminal:
    """A pseudo-terminal with the command in it."""

    def __init__(self, command: list[str], cwd: Path, environment: dict[str, str]) -> None:
        self.master, slave = pty.openpty()
        self.seen = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "adkconf", *command],
            cwd=cwd,
            env={**environment, "TERM": "xterm"},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def read_until(self, text: str, seconds: float = 20) -> str:
        """Returns what was shown since the last call, up to the text."""
        deadline = time.monotonic() + seconds
        while text not in self.seen:
            ready, _, _ = select.select([self.master], [], [], deadline - time.monotonic())
            assert ready, f"no {text!r} in {self.seen!r}"
            new = os.read(self.master, 4096).decode()
            self.seen = CONTROL.sub("", self.seen + new).replace("\r\n", "\n")
        shown, _, self.seen = self.seen.partition(text)
        return shown + text

    def end(self) -> int:
        return self.process.wait(timeout=20)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)


@pytest.fixture
def terminal(
    tmp_path: Path, environment: dict[str, str], write: Callable[[str, str], Path]
) -> Iterator[Callable[[str], Terminal]]:
    opened: list[Terminal] = []

    def start(app: str) -> Terminal:
        write("app.yaml", app)
        opened.append(Terminal(["run", "app.yaml"], tmp_path, environment))
        opened[-1].read_until("> ")
        return opened[-1]

    yield start
    for item in opened:
        item.close()


Start = Callable[[str], Terminal]

ECHO = "name: app\nroot_agent: {model: echo}\n"
SLOW = (
    "name: app\nroot_agent: {model: {scripted: "
    "[{text: quick}, {delay: 60, text: never}, {text: afterwards}]}}\n"
)


def test_a_conversation_goes_on_until_the_end_of_input(terminal: Start):
    chat = terminal(ECHO)
    for message in ("one", "two"):
        chat.type(f"{message}\n")
        assert chat.read_until("> ") == f"{message}\n{message}\n> "
    chat.type(CTRL_D)
    assert chat.end() == 0


def test_ctrl_c_at_the_prompt_ends_it(terminal: Start):
    chat = terminal(ECHO)
    time.sleep(0.5)  # the prompt is shown a moment before it is listened at
    chat.type(CTRL_C)
    assert chat.end() == 0
    chat.read_until("\n")


def test_ctrl_c_stops_an_answer_and_comes_back_to_the_prompt(terminal: Start):
    chat = terminal(SLOW)
    chat.type("a\n")
    chat.read_until("quick\n> ")
    chat.type("b\n")
    chat.read_until("b\n")
    time.sleep(0.5)  # the model is thinking
    chat.type(CTRL_C)
    chat.read_until("(stopped)\n> ", seconds=5)
    chat.type("c\n")
    assert chat.read_until("> ") == "c\nafterwards\n> "


def test_a_turn_that_fails_leads_back_to_the_prompt(terminal: Start):
    chat = terminal("name: app\nroot_agent: {model: {scripted: [{error: no}, {text: yes}]}}\n")
    chat.type("a\n")
    assert "no\n> " in chat.read_until("> ")
    chat.type("b\n")
    assert chat.read_until("> ") == "b\nyes\n> "


def test_ctrl_c_while_one_turn_runs_ends_with_130(
    terminal: Start, tmp_path: Path, environment: dict[str, str], write: Callable[[str, str], Path]
):
    write("app.yaml", SLOW.replace("{text: quick}, ", ""))
    one = Terminal(["run", "app.yaml", "Hi"], tmp_path, environment)
    time.sleep(3)
    one.type(CTRL_C)
    assert one.end() == 130
    one.close()
