from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Adkconf = Callable[..., "subprocess.CompletedProcess[str]"]
Write = Callable[[str, str], Path]


def test_graph_prints_a_flowchart(adkconf: Adkconf, write: Write):
    write("app.yaml", "name: app\nroot_agent: {model: echo, name: boss, tools: [exit_loop]}\n")
    done = adkconf("graph", "app.yaml", "--set", "services.session=memory://")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "flowchart TD\n"
        '  app1(["app"])\n'
        '  agent2["boss<br/>echo"]\n'
        '  tool3[/"exit_loop"/]\n'
        '  service4[("session: memory")]\n'
        "  agent2 -.-> tool3\n"
        "  app1 --> agent2\n"
        "  app1 -.-> service4\n"
    )


def test_a_broken_file_is_not_drawn(adkconf: Adkconf, write: Write):
    write("app.yaml", "name: app\n")
    done = adkconf("graph", "app.yaml")
    assert (done.returncode, done.stdout, "E202" in done.stderr) == (1, "", True)


@pytest.mark.parametrize(("format_", "start"), [("svg", "<svg "), ("json", '{\n  "nodes"')])
def test_graph_writes_other_formats_to_a_file(
    adkconf: Adkconf, write: Write, tmp_path: Path, format_: str, start: str
):
    write("app.yaml", "name: app\nroot_agent: {model: echo, name: boss}\n")
    done = adkconf("graph", "app.yaml", "--format", format_, "-o", "graph.out")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "graph.out").read_text().startswith(start)
