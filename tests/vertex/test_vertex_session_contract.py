"""What holds for every store and for Agent Engine too.

The others do not: its ids are shared by all users and have few characters, times of last updates
are the service's own, and it does not tell the state of a user.
"""

from __future__ import annotations

import pytest

from adkconf.sessions.vertex_ai_session_service import VertexAiSessionService
from tests.sessions.test_session_contract import (
    test_append_to_what_never_was_says_so,
    test_blanks_around_a_given_id_do_not_count,
    test_cancelled_append_leaves_all_or_nothing,
    test_deleted_session_is_gone_and_shared_state_stays,
    test_deltas_update_state_of_every_scope,
    test_event_sent_again_is_stored_once,
    test_failing_neighbours_do_not_disturb,
    test_fragments_are_not_stored,
    test_holders_of_old_snapshots_may_append,
    test_limited_run_has_a_list_and_caches_of_its_own,
    test_limits_select_events,
    test_missing_session_is_none,
    test_parallel_appends_all_succeed,
    test_parallel_creation_of_one_id_succeeds_once,
    test_runs_share_one_event_list_and_what_was_computed_from_it,
    test_same_event_id_in_two_sessions_is_two_events,
    test_session_gets_a_random_id,
    test_snapshots_are_the_callers_to_change,
    test_stored_event_is_equal_to_the_appended,
    test_taken_id_is_refused,
    test_temporary_state_ends_with_its_run,
    test_times_that_are_no_unix_seconds_are_refused,
)

__all__ = [
    "test_append_to_what_never_was_says_so",
    "test_blanks_around_a_given_id_do_not_count",
    "test_cancelled_append_leaves_all_or_nothing",
    "test_deleted_session_is_gone_and_shared_state_stays",
    "test_deltas_update_state_of_every_scope",
    "test_event_sent_again_is_stored_once",
    "test_failing_neighbours_do_not_disturb",
    "test_fragments_are_not_stored",
    "test_holders_of_old_snapshots_may_append",
    "test_limited_run_has_a_list_and_caches_of_its_own",
    "test_limits_select_events",
    "test_missing_session_is_none",
    "test_parallel_appends_all_succeed",
    "test_parallel_creation_of_one_id_succeeds_once",
    "test_runs_share_one_event_list_and_what_was_computed_from_it",
    "test_same_event_id_in_two_sessions_is_two_events",
    "test_session_gets_a_random_id",
    "test_snapshots_are_the_callers_to_change",
    "test_stored_event_is_equal_to_the_appended",
    "test_taken_id_is_refused",
    "test_temporary_state_ends_with_its_run",
    "test_times_that_are_no_unix_seconds_are_refused",
]


@pytest.fixture
def service(sessions: VertexAiSessionService) -> VertexAiSessionService:
    return sessions


@pytest.fixture
def app() -> str:
    return "app"
