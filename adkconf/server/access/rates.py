"""How often something may happen, for each of many who do it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

# So much of what the rate allows may come at once.
_BURST_SECONDS = 2.0
# Who was not heard of for longest is forgotten, so that strangers cannot fill the memory.
_MAX_KNOWN = 10_000


class Rates:
    """Counts by keys. What is kept of each is only from when on its bucket is full again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()

    def take(self, key: Hashable, per_second: float) -> float:
        """Counts one; returns 0, or in how many seconds there is room for one more."""
        now = self._clock()
        full_at = max(self._full_at.get(key, now), now)
        wait = full_at - now - max(_BURST_SECONDS - 1 / per_second, 0)
        # What is rounded away of many thousand additions must not cost a whole one.
        if wait > 1e-9:
            return wait
        self._full_at[key] = full_at + 1 / per_second
        self._full_at.move_to_end(key)
        if len(self._full_at) > _MAX_KNOWN:
            self._full_at.popitem(last=False)
        return 0.0
