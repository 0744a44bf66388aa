from __future__ import annotations

import os
import time
from pathlib import Path

from adkconf.launch.fingerprint import Fingerprint


def test_every_byte_counts(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    file.write_text("name: a")
    before = Fingerprint.of([file])
    file.write_text("name: b")
    assert Fingerprint.of([file]) != before
    assert Fingerprint.of([file]).digest != before.digest


def test_a_missing_file_is_part_of_it(tmp_path: Path) -> None:
    missing = tmp_path / "prompt.txt"
    before = Fingerprint.of([missing])
    missing.write_text("")
    assert Fingerprint.of([missing]) != before


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert Fingerprint.of([tmp_path / "pipe"]) == Fingerprint.of([tmp_path / "pipe"])


def test_hashes_from_before_are_kept_although_the_file_changed_since(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    file.write_text("old")
    before = Fingerprint.of([file])
    file.write_text("new")
    assert before.extended([file], since_ns=0) == before


def test_a_new_file_changed_while_it_was_read_equals_nothing(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    file.write_text("x")
    racing = Fingerprint({}).extended([file], since_ns=0)
    assert not Fingerprint.of([file]).includes(racing)
    settled = Fingerprint({}).extended([file], since_ns=time.time_ns() + 10**9)
    assert Fingerprint.of([file]).includes(settled)
