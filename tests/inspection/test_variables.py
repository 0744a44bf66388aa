from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

import pytest

from adkconf.config.loaded import Loaded
from adkconf.config.loading import load
from adkconf.inspection.resolved import Leaf, resolve
from adkconf.inspection.variables import contract

LoadText = Callable[..., Loaded]
APP = "name: app\nroot_agent:\n  model: echo\n"


def variables(loaded: Loaded) -> dict[str, tuple[bool, str | None, bool]]:
    """Tells of each variable whether it is required, its default and whether it is secret."""
    return {name: (*rest,) for name, *rest, _ in map(astuple, contract(loaded))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${A}", {"A": (True, None, False)}),
        ("${A:?tell me}", {"A": (True, None, False)}),
        ("${A:-x}", {"A": (False, "x", False)}),
        ("${A-}", {"A": (False, "", False)}),
        ("${A:+x}", {"A": (False, None, False)}),
        ("${A_TOKEN:-x}", {"A_TOKEN": (False, "<hidden>", True)}),
        ("${A:-${B:?no}}", {"A": (False, "${B:?no}", False), "B": (True, None, False)}),
        ("${A:-x} ${A}", {"A": (True, "x", False)}),
    ],
)
def test_the_contract_tells_of_each_variable(load_text: LoadText, text: str, expected: object):
    environ = {"A": "1", "B": "2"}
    assert variables(load_text(f"{APP}  instruction: {text}\n", environ=environ)) == expected


def test_the_contract_has_what_layers_and_profiles_use(load_text: LoadText, tmp_path: Path):
    (tmp_path / "base.yaml").write_text("env: {required: [KEY_ID]}\nserver:\n  port: ${PORT:-1}\n")
    profile = "profiles:\n  p:\n    run:\n      max_llm_calls: ${N:-2}\n"
    text = f"extends: base.yaml\n{APP}{profile}"
    loaded = load_text(text, profile="p", environ={"KEY_ID": "x"})
    places = {
        found.name: [Path(place).name for place in found.used_at] for found in contract(loaded)
    }
    assert places == {"KEY_ID": ["base.yaml:1"], "PORT": ["base.yaml:3"], "N": ["app.yaml:8"]}


def test_a_value_of_every_layer_tells_which_one(tmp_path: Path):
    (tmp_path / "first.yaml").write_text("server:\n  resume_seconds: 1\n  drain_seconds: 1\n")
    (tmp_path / "second.yaml").write_text("extends: first.yaml\nserver:\n  drain_seconds: 2\n")
    (tmp_path / ".env").write_text("PORT=5\nHOST=lost\n")
    (tmp_path / "app.yaml").write_text(
        f"extends: second.yaml\n{APP}env: {{files: [.env]}}\n"
        "server: {allow_hosts: ['${PORT}'], host: '${HOST}'}\n"
        "profiles: {p: {run: {timeout_seconds: 9}}}\n"
    )
    loaded = load(
        tmp_path / "app.yaml",
        profile="p",
        overrides=["server.workers=1"],
        environ={"HOST": "localhost"},
    )
    assert loaded.spec is not None, loaded.diagnostics
    tree = resolve(loaded, loaded.spec, profile="p", defaults=True)
    assert isinstance(tree, dict)
    origins = {
        f"{section}.{key}": (Path(leaf.origin.place).name, leaf.origin.kind)
        for section in ("server", "run")
        for key, leaf in tree[section].items()  # type: ignore[union-attr]
        if isinstance(leaf, Leaf)
    }
    assert origins["server.resume_seconds"] == ("first.yaml:2", "file")
    assert origins["server.drain_seconds"] == ("second.yaml:3", "file")
    assert origins["server.host"] == ("app.yaml:6", "variable")
    assert origins["server.port"] == ("", "default")
    assert origins["server.workers"] == ("--set server.workers", "flag")
    assert origins["run.timeout_seconds"][1] == "profile"
    assert loaded.spec.server.host == "localhost"
    assert loaded.spec.server.allow_hosts == ("5",)
