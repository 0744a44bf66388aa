"""What null takes away, through `load`: in profiles and in files that extend others."""

from __future__ import annotations

import pytest

from adkconf.config import load

APP = "name: a\nroot_agent: {model: echo}\n"


@pytest.fixture
def found(tmp_path, monkeypatch):
    """Loads the first file; returns its problems as `file:line:column code path message`."""
    monkeypatch.chdir(tmp_path)

    def found(*texts: str, profile: str | None = None):
        for number, text in enumerate(texts):
            (tmp_path / f"{number}.yaml").write_text(text)
        loaded = load("0.yaml", environ={}, profile=profile)
        return [
            f"{item.file}:{item.line}:{item.column} {item.code} {item.path} {item.message}"
            for item in loaded.diagnostics
            if item.severity == "error"
        ]

    return found


COMPACTION = "compaction: {compaction_interval: 5, overlap_size: 1}\n"
PROFILES = "profiles:\n  fine: {server: {port: 3}}\n  prod: {compaction: {overlap_size: null}}\n"


def test_profile_that_leaves_half_of_a_pair_is_told_at_its_name(found):
    (problem,) = found(APP + COMPACTION + PROFILES)
    assert problem.startswith("0.yaml:6:3 E207 profiles.prod with this profile: ")
    assert "overlap_size" in problem


def test_profile_that_removes_what_is_used_is_told_at_its_name(found):
    app = "name: a\nmodels: {fast: echo}\nroot_agent: {model: fast}\n"
    (problem,) = found(app + "profiles:\n  prod: {models: {fast: null}}\n")
    assert problem.startswith("0.yaml:5:3 E603 profiles.prod with this profile: ")


def test_mistake_without_a_profile_is_told_once(found):
    (problem,) = found(APP + "compaction: {overlap_size: 1}\n" + PROFILES.replace("prod", "x-y"))
    assert problem.startswith("0.yaml:3:")


def test_mistake_in_a_file_that_only_a_profile_includes_is_told_there(found):
    app = APP + "profiles:\n  prod: {root_agent: 1.yaml}\n"
    assert found(app, "name: b\nmodel: echo\nzzz: 1\n") == [
        "1.yaml:3:1 E201 root_agent.zzz unknown key 'zzz'"
    ]


def test_unknown_key_that_a_layer_removes_is_told(found):
    own = "extends: 1.yaml\ncompacton: null\nserver: {port: null, prt: null}\n"
    assert found(own, APP + "server: {port: 3}\n") == [
        "0.yaml:2:1 E201 compacton unknown key 'compacton'",
        "0.yaml:3:22 E201 server.prt unknown key 'prt'",
    ]


@pytest.mark.parametrize("extends", ["[1.yaml, 2.yaml]", "[1.yaml, 3.yaml]"])
def test_unknown_key_that_a_layer_between_removes_is_told_once(extends, found):
    layers = (APP, "cach: null\ncache: null\nx-a: null\n", "extends: 2.yaml\n")
    assert found(f"extends: {extends}\n", *layers) == ["2.yaml:1:1 E201 cach unknown key 'cach'"]
