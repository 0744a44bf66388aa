from __future__ import annotations

import os

import pytest

from adkconf.builder.environment import export, real_environment


@pytest.fixture(autouse=True)
def _nothing_is_left():
    yield
    export({})
    assert not [name for name in os.environ if name.startswith("ADKCONF_")]


def test_the_real_environment_wins(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ADKCONF_TEST", "real")
    export({"ADKCONF_TEST": "file"})
    assert os.environ.pop("ADKCONF_TEST") == "real"


def test_what_was_exported_is_not_real():
    export({"ADKCONF_TEST": "file"})
    assert os.environ["ADKCONF_TEST"] == "file"
    assert "ADKCONF_TEST" not in real_environment()


def test_an_export_replaces_the_one_before_and_can_be_taken_back():
    export({"ADKCONF_A": "1"})
    before = export({"ADKCONF_B": "2"})
    assert "ADKCONF_A" not in os.environ
    export(before)
    assert (os.environ["ADKCONF_A"], os.environ.get("ADKCONF_B")) == ("1", None)
