"""What a served app does now and then, without being asked."""

from __future__ import annotations

import asyncio
import logging

from adkconf.launch.fleet import Fleet, Member

logger = logging.getLogger("adkconf.launch")

_PAUSE_SECONDS = 600.0


async def keep_house(fleet: Fleet, pause_seconds: float = _PAUSE_SECONDS) -> None:
    """Deletes old sessions of all apps, at once and every ten minutes, until it is cancelled."""
    while True:
        for member in fleet.members:
            if member.live.is_up:
                await _prune(member)
        await asyncio.sleep(pause_seconds)


async def _prune(member: Member) -> None:
    try:
        async with member.live.lease() as generation:
            if deleted := await generation.built.prune():
                logger.info("%s: deleted %d sessions past their time", member.label, deleted)
    except Exception as error:  # the store may be away now and back the next time
        logger.error("%s: old sessions were not deleted: %s", member.label, error)
