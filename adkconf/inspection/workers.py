"""Does the same to many items, in several processes once that pays."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

# A fork has everything loaded; other processes import it anew. On two busy cores a pool of two was
# there after 0.015 s when forked, and after 2.7 s, of which it worked for 0.9, when not. The rest
# of the first figure is a guess, for the way of items and results.
_CAN_FORK = sys.platform == "linux"
_START_SECONDS = 0.05 if _CAN_FORK else 1.5
_LARGEST_CHUNK = 16


def each(work: Callable[[_Item], _Result], items: Sequence[_Item]) -> Iterator[_Result]:
    """Yields what `work` returns for each item, in their order.

    `work` and what it takes and returns must be picklable. The first items are done here; as soon
    as they show that the rest will take longer than processes need to start, these do the rest.
    """
    started = 0.0
    for done, item in enumerate(items, 1):
        yield work(item)
        # The first pays for what all share, and tells nothing.
        if done == 1:
            started = perf_counter()
        elif _pays(len(items) - done, (perf_counter() - started) / (done - 1)):
            yield from _in_processes(work, items[done:])
            return


def _pays(left: int, seconds: float) -> bool:
    cores = _cores()
    return left * seconds * (1 - 1 / cores) > _START_SECONDS


def _cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _in_processes(work: Callable[[_Item], _Result], items: Sequence[_Item]) -> Iterator[_Result]:
    # Few runs need them.
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    workers = min(_cores(), len(items))
    pool = ProcessPoolExecutor(
        workers, get_context("fork" if _CAN_FORK else "spawn"), initializer=_leave_interrupts
    )
    chunk = max(1, min(_LARGEST_CHUNK, len(items) // (4 * workers)))
    try:
        yield from pool.map(work, items, chunksize=chunk)
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    """Lets only the first process answer Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
