"""Whatever is wrong, a user reads one clear message with a place, and no traceback."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

Adkconf = Callable[..., "subprocess.CompletedProcess[str]"]

ECHO = "name: app\nroot_agent: {model: echo}\n"


@dataclass(frozen=True)
class Bad:
    """A file, and what is told of it."""

    content: str | bytes | None
    told: str
    place: str = ""
    options: tuple[str, ...] = ()


CASES = {
    "missing": Bad(None, "E101", "app.yaml:1:1"),
    "binary": Bad(b"\x7fELF\x02\x01\x00\x00\xff\xfe", "E102", "app.yaml:1:"),
    "empty": Bad("# nothing\n", "E105", "app.yaml:1:1"),
    "unknown key": Bad(ECHO + "plugnis: []\n", "E201", "app.yaml:3:1"),
    "wrong type": Bad(ECHO + "run: {max_llm_calls: many}\n", "E203", "app.yaml:3:22"),
    "unset variable": Bad(ECHO + "server: {host: '${NO_SUCH}'}\n", "E301", "app.yaml:3:"),
    "unknown tool": Bad("name: app\nroot_agent: {model: echo, tools: [gogle_search]}\n", "E501"),
    "raises on import": Bad(
        "name: app\nroot_agent: {model: echo, tools: ['./raises.py:go']}\n",
        "ValueError: kaput (raises.py:2)",
        "app.yaml:2:",
    ),
    "database": Bad(
        ECHO + "services:\n  session: sqlite:///no/such/directory/x.db\n", "E705", "app.yaml:4:12"
    ),
    "unknown model": Bad("name: app\nroot_agent: {model: gemni-2.5-flash}\n", "gemini-2.5-flash"),
    "profile": Bad(ECHO, "E403", options=("--profile", "nope")),
    "override": Bad(ECHO, "E404", options=("--set", "run")),
}


RUN = ["run", "app.yaml", "Hi"]
SERVE = ["serve", "app.yaml", "--port=0"]


def write(bad: Bad, tmp_path: Path) -> None:
    (tmp_path / "raises.py").write_text("def go(): ...\nraise ValueError('kaput')\n")
    if bad.content is not None:
        content = bad.content.encode() if isinstance(bad.content, str) else bad.content
        (tmp_path / "app.yaml").write_bytes(content)


@pytest.mark.parametrize(
    ("name", "command"),
    [*((name, RUN) for name in CASES), ("raises on import", SERVE), ("database", SERVE)],
)
def test_bad_input_is_told_with_its_place(
    adkconf: Adkconf, tmp_path: Path, name: str, command: list[str]
):
    bad = CASES[name]
    write(bad, tmp_path)
    done = adkconf(*command, *bad.options)
    assert done.returncode == 1
    assert done.stdout == ""
    assert bad.told in done.stderr
    assert bad.place in done.stderr


def test_a_directory_is_told(adkconf: Adkconf):
    done = adkconf("run", ".", "Hi")
    assert (done.returncode, "E101" in done.stderr) == (1, True)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_in_use_is_told(adkconf: Adkconf, tmp_path: Path, taken_port: int):
    (tmp_path / "app.yaml").write_text(ECHO)
    done = adkconf("serve", "app.yaml", "--port", str(taken_port))
    assert done.returncode == 1
    assert f"127.0.0.1:{taken_port}" in done.stderr
    assert "in use" in done.stderr


def test_a_public_address_without_authentication_is_refused(adkconf: Adkconf, tmp_path: Path):
    (tmp_path / "app.yaml").write_text(ECHO)
    done = adkconf("serve", "app.yaml", "--host", "0.0.0.0", "--port", "0")
    assert (done.returncode, "server.auth" in done.stderr) == (1, True)
