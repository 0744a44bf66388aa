"""Contents that callbacks may change without changing the log."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adkconf.flows.shared_contents import SharedContents
from tests.conftest import says, texts


@pytest.mark.parametrize(
    "look",
    [
        lambda c: c[-1],
        lambda c: c[-1:][0],
        lambda c: list(c)[-1],
        lambda c: next(reversed(c)),
        lambda c: c.pop(),
        lambda c: c.copy()[-1],
    ],
)
def test_whatever_is_looked_at_is_a_copy(look: Callable[[SharedContents], object]) -> None:
    original = says("a")
    assert look(SharedContents([original])) is not original


def test_changes_stay_in_the_list_and_unseen_items_are_not_copied() -> None:
    first, last = says("first"), says("last")
    contents = SharedContents([first, last])
    contents[-1].parts[0].text = "changed"  # type: ignore[index]
    contents.append(says("more"))
    settled = contents.settled()
    assert settled[0] is first
    assert texts(settled) == ["model: first", "model: changed", "model: more"]
    assert texts([last]) == ["model: last"]
