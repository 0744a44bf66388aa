from __future__ import annotations

import pytest

from adkconf.config import load
from tests.fuzz.seeds import lay_out


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A directory with what the seeds refer to; the file to fuzz is its app.yaml."""
    lay_out(tmp_path)
    monkeypatch.chdir(tmp_path)
    load("missing.yaml")  # What is made once per process is in nobody's time.
    return tmp_path
