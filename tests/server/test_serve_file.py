"""The whole way, in a process of its own: file, app, HTTP, edits, signal."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

SCRIPT = """\
import sys
from functools import partial
from adkconf import config
from adkconf.server import Settings, Source, serve_files

source = Source("app.yaml", partial(config.load, sys.argv[1]))
spec = source.read().spec
render = lambda found, sources: "".join(f"{d.file}:{d.line}: {d.message}" for d in found)
serve_files([source], spec, Settings.of(spec.server), render=render, stream=sys.stderr, follow=True)
"""
APP = "name: hello\nroot_agent: {model: echo}\nserver: {port: 0}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "app.yaml"
    file.write_text(APP)
    return file


@pytest.fixture
def process(file: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", SCRIPT, str(file)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    return re.sub(r"^\d\d:\d\d:\d\d ", "", process.stderr.readline())


def edit(file: Path, text: str) -> None:
    """Writes all at once: a file that is caught half written would be told, too."""
    file.with_suffix(".new").write_text(text)
    file.with_suffix(".new").replace(file)


def test_a_file_is_served_edited_and_stopped(process: subprocess.Popen[str], file: Path) -> None:
    started = re.search(r"http://127.0.0.1:\d+", line(process))
    assert started is not None
    assert httpx.get(f"{started[0]}/list-apps").json() == ["hello"]
    edit(file, APP.replace("echo", "{scripted: [{text: hi}]}"))
    assert line(process).startswith("reloaded: generation 2 ")
    edit(file, APP + "tolls: []\n")
    assert line(process) == "edit rejected, generation 2 goes on:\n"
    assert "4:" in line(process)
    edit(file, APP.replace("port: 0", "port: 0, auth: {bearer: x}"))
    assert line(process).startswith("reloaded: generation 3 ")
    assert "'bearer' is written in clear" in line(process)
    assert httpx.get(f"{started[0]}/list-apps").status_code == 401
    edit(file, APP.replace("port: 0", "port: 0, drain_seconds: 1"))
    assert line(process).startswith("the server section changed: it takes effect when")
    assert line(process).startswith("reloaded: generation 4 ")
    process.send_signal(signal.SIGTERM)
    # Far from the 30 seconds that it would wait for runs: there are none.
    assert process.wait(15) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""


def test_what_was_imported_is_not_searched_for_garbage_again_and_what_comes_is(
    process: subprocess.Popen[str], file: Path
) -> None:
    line(process)
    said = "print(gc.get_freeze_count(), gc.isenabled(), file=sys.stderr)"
    spy = f"import gc, sys\n{said}\ndef f(): ...\n"
    file.with_name("tools.py").write_text(spy)
    edit(file, APP.replace("echo}", 'echo, tools: ["./tools.py:f"]}'))
    spared, searches = line(process).split()
    assert int(spared) > 50_000
    assert searches == "True"
