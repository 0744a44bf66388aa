"""When a failed node is tried again."""

from __future__ import annotations

import pytest

from adkconf.workflow import RetryConfig


def test_delays_grow_up_to_the_longest() -> None:
    retry = RetryConfig(initial_delay=1, backoff_factor=3, max_delay=5, jitter=0)
    assert [retry.delay_after(attempt) for attempt in (1, 2, 3)] == [1, 3, 5]


def test_jitter_spreads_delays_below_the_longest() -> None:
    delays = [RetryConfig(max_delay=5).delay_after(9) for _ in range(50)]
    assert len(set(delays)) > 40
    assert all(0 <= delay <= 5 for delay in delays)


def test_none_means_the_default() -> None:
    retry = RetryConfig(max_attempts=None, jitter=None)  # type: ignore[arg-type]
    assert (retry.max_attempts, retry.jitter) == (5, 1.0)


@pytest.mark.parametrize(
    ("exceptions", "error", "covered"),
    [
        (None, OSError(), True),
        (["OSError"], ConnectionError(), True),
        ([LookupError], KeyError(), True),
        ([LookupError], ValueError(), False),
        (["object"], ValueError(), False),
        ([], ValueError(), False),
    ],
)
def test_errors_are_covered_by_class_or_name(
    exceptions: list[str | type[BaseException]] | None, error: Exception, covered: bool
) -> None:
    assert RetryConfig(exceptions=exceptions).covers(error, 1) is covered


@pytest.mark.parametrize(("attempt", "covered"), [(1, True), (2, True), (3, False)])
def test_attempts_are_limited(attempt: int, covered: bool) -> None:
    assert RetryConfig(max_attempts=3).covers(OSError(), attempt) is covered
