"""Each check finds the mistake that it is for; otherwise its silence would say nothing."""

from __future__ import annotations

import pytest

from tests.stress import history_checks as checks
from tests.stress.journal import Journal, noted

SENT = ["a", "b", "c", "d"]


def test_sound_history_has_no_problems():
    assert checks.lost(SENT, SENT) == checks.duplicated(SENT) == checks.invented(SENT, SENT) == []
    assert checks.reordered(SENT, ["x", "a", "y", "b", "d"]) == []
    assert checks.backwards([1.0, 1.000001, 2.0]) == []
    assert checks.not_the_sum({"n": 2, "m": 0}, [{"n": 1, "m": 0}, {"n": 2}]) == []


def test_lost_acknowledgement_is_found():
    assert checks.lost(SENT, ["a", "b", "d"]) == ["lost c"]


def test_event_stored_twice_is_found():
    assert checks.duplicated(["a", "b", "a"]) == ["2 times a"]


def test_event_of_nobody_is_found():
    assert checks.invented(SENT, ["a", "z"]) == ["nobody sent z"]


def test_swapped_events_are_found():
    assert checks.reordered(SENT, ["a", "c", "b", "d"]) == ["c is stored before b"]


@pytest.mark.parametrize("times", [[1.0, 1.0], [2.0, 1.0]])
def test_time_that_stands_still_is_found(times):
    assert len(checks.backwards(times)) == 1


@pytest.mark.parametrize("state", [{"n": 1}, {}, {"n": 2, "m": 1}])
def test_state_that_is_not_the_sum_is_found(state):
    assert len(checks.not_the_sum(state, [{"n": 1}, {"n": 2}])) == 1


def test_torn_line_of_a_journal_does_not_count(tmp_path):
    journal = Journal(tmp_path / "j")
    journal.note("one")
    journal.note("two")
    journal.close()
    with (tmp_path / "j").open("a") as file:
        file.write("thr")
    assert noted(tmp_path / "j") == ["one", "two"]
    assert noted(tmp_path / "none") == []
