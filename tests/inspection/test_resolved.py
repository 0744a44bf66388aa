from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adkconf.config.loaded import Loaded
from adkconf.config.loading import load, profile_names
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section
from adkconf.inspection.presentation import present_app
from adkconf.inspection.resolved import Leaf, Origin, Tree, resolve
from adkconf.inspection.yaml_text import write_yaml

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("examples/*/app.yaml"), *ROOT.glob("tests/cases/valid/*.yaml")])
ENVIRON = {"GEMINI_API_KEY": "x", "DATABASE_URL": "sqlite:///x.db"}
# A token that is written in the file is not shown, so it cannot be read again.
WITHOUT_SECRETS = {"full.yaml": ["server.auth=null"]}
APP = "name: app\nroot_agent: {model: echo}\n"

LoadText = Callable[..., Loaded]


def shown(loaded: Loaded, profile: str | None = None) -> str:
    assert loaded.spec is not None
    tree = resolve(loaded, loaded.spec, profile=profile, defaults=False)
    return present_app(tree, "yaml", provenance=False)


def meaning(value: Any) -> Any:
    """What a spec says, without where it says it and how references are spelt."""
    if isinstance(value, PythonRef):
        return (value.file or value.module, value.attribute)
    if isinstance(value, Section):
        fields = {
            name: meaning(field)
            for name, field in value.given().items()
            if name not in ("extends", "profiles")
        }
        # The name of a reference is its spelling.
        return {**fields, "name": ""} if fields.get("ref") else fields
    if isinstance(value, dict):
        return {meaning(key): meaning(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [meaning(item) for item in value]
    return value


@pytest.mark.parametrize(
    ("file", "profile"),
    [(file, profile) for file in FILES for profile in (None, *profile_names(file))],
    ids=str,
)
def test_what_is_shown_loads_to_the_same_app(file: Path, profile: str | None):
    overrides = WITHOUT_SECRETS.get(file.name, [])
    loaded = load(file, profile=profile, overrides=overrides, environ=ENVIRON)
    assert loaded.spec is not None, loaded.diagnostics
    again = file.with_name(f"shown-{os.getpid()}.yaml")
    try:
        again.write_text(shown(loaded, profile))
        reloaded = load(again, environ=ENVIRON)
    finally:
        again.unlink()
    assert reloaded.spec is not None, reloaded.diagnostics
    assert meaning(reloaded.spec) == meaning(loaded.spec)


def test_references_of_included_files_are_made_relative_to_the_project(
    load_text: LoadText, tmp_path: Path
):
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "tools.py").write_text("def a(): ...\ndef b(): ...\n")
    (tmp_path / "team" / "agent.yaml").write_text(
        "name: boss\nmodel: echo\ntools: [./tools.py:a, {name: tools.b}]\n"
    )
    loaded = load_text("name: app\nroot_agent: team/agent.yaml\n")
    again = load_text(shown(loaded), name="again.yaml")
    assert "- ./team/tools.py:a\n" in shown(loaded)
    assert [tool.ref.file for tool in again.spec.root_agent.tools] == [
        tmp_path / "team" / "tools.py"
    ] * 2


NASTY = "a 0 1 : # ' \" \\ $ ${ $$ } { [ ] , & * ! | > % @ ` - ? ~ \n \t é 😀 \x85 \u2028 no e . +"


@pytest.mark.parametrize("seed", range(200))
def test_any_text_survives_being_written_and_read(load_text: LoadText, seed: int):
    chance = random.Random(seed)
    pieces = [*NASTY.split(" "), " "]
    texts = ["".join(chance.choices(pieces, k=chance.randrange(8))) for _ in range(30)]
    texts += ["1e5", "0x1f", "null", "no", "2001-01-01", ".inf", "a\n", "a\n\nb", " a\nb", "---"]
    leaf = Origin("file")
    tree: Tree = {
        "name": Leaf("app", leaf),
        "root_agent": {"model": Leaf("echo", leaf)},
        "run": {"custom_metadata": {"texts": [Leaf(text, leaf) for text in texts]}},
    }
    loaded = load_text(write_yaml(tree, lambda _: "why" if seed % 2 else "# x"))
    assert loaded.spec.run.custom_metadata["texts"] == texts


@pytest.mark.parametrize("value", [0, -1, 1.5, 1e-07, 1e22, True, None, [], {}, [{}], 2**53])
def test_any_value_survives_being_written_and_read(load_text: LoadText, value: Any):
    loaded = load_text(f"{APP}run: {{custom_metadata: {{a: [{json.dumps(value)}, x]}}}}\n")
    again = load_text(shown(loaded))
    assert again.spec.run.custom_metadata == {"a": [value, "x"]}


def origins(tree: Tree) -> dict[str, Origin]:
    if isinstance(tree, Leaf):
        return {"": tree.origin}
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    return {
        f"{step}.{path}".rstrip("."): origin
        for step, below in items
        for path, origin in origins(below).items()
    }


def test_every_value_tells_where_it_came_from(load_text: LoadText, tmp_path: Path):
    (tmp_path / "base.yaml").write_text(
        "root_agent:\n  model: ${MODEL:-echo}\n  instruction: ${HINT}\n"
    )
    loaded = load_text(
        "extends: base.yaml\nname: app\nserver: {host: localhost, port: 1}\n"
        "profiles: {prod: {server: {port: 2}}}\n",
        profile="prod",
        overrides=["run.max_llm_calls=3"],
        environ={"HINT": "x"},
    )
    tree = resolve(loaded, loaded.spec, profile="prod", defaults=True)
    found = {path: (at.kind, Path(at.place).name) for path, at in origins(tree).items()}
    assert (
        found
        | {
            "name": ("file", "app.yaml:2"),
            "root_agent.model": ("variable", "base.yaml:2"),
            "server.host": ("file", "app.yaml:3"),
            "server.port": ("profile", "app.yaml:4"),
            "server.drain_seconds": ("default", ""),
            "run.max_llm_calls": ("flag", "--set run.max_llm_calls"),
            "run.on_busy": ("default", ""),
        }
        == found
    )
    assert origins(tree)["root_agent.model"].unset == ("MODEL",)
    assert origins(tree)["root_agent.instruction"].unset == ()
    assert origins(tree)["server.port"].profile == "prod"
