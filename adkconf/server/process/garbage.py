"""When Python looks for garbage: not during a start, and never among what a server imported.

A start makes hardly anything that goes again, and so much that the search takes a tenth of it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_search() -> Iterator[None]:
    """Looks for no garbage before `search`, or the end."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def spare_what_is() -> None:
    """What there is now stays: to search it again and again would stop all runs each time."""
    gc.freeze()


def search() -> None:
    """Looks for garbage from now on."""
    gc.enable()
