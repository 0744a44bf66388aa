"""What `adkconf sessions copy` and `prune` do: they go through stores of any size, page by page."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterable, Awaitable, Callable
from dataclasses import dataclass

import click

from adkconf.cli.options import AppSource
from adkconf.cli.session_store import Store, counted, opened_store
from adkconf.errors import AlreadyExistsError, InputValidationError
from adkconf.sessions.base_session_service import GetSessionConfig
from adkconf.sessions.pruning import prune, rested_sessions
from adkconf.sessions.session import Session

_NO_EVENTS = GetSessionConfig(num_recent_events=0)
# So many are in memory, and stores commit those that come together at once.
_COPIED_AT_ONCE = 8


def prune_sessions(
    source: AppSource, older_than: float, user: str | None, *, dry_run: bool, ask: bool
) -> None:
    """Deletes the sessions that did not change for so many seconds."""

    async def work() -> None:
        before = time.time() - older_than
        async with opened_store(source) as store:
            if dry_run or ask:
                count = await _count(store, before, user)
                if dry_run:
                    click.echo(f"{counted(count)} would be deleted", err=True)
                    return
                click.confirm(f"Delete {counted(count)} for good?", abort=True)
            deleted = await prune(
                store.service, store.app_name, updated_before=before, user_id=user
            )
        click.echo(f"deleted {counted(deleted)}", err=True)

    asyncio.run(work())


async def _count(store: Store, before: float | None, user: str | None) -> int:
    found = rested_sessions(store.service, store.app_name, updated_before=before, user_id=user)
    with store.place.located():
        return len([None async for _ in found])


@dataclass
class _Outcome:
    copied: int = 0
    there: int = 0
    other: int = 0

    def told(self) -> str:
        told = f"copied {counted(self.copied)}"
        if self.there:
            told += f", {counted(self.there)} {'was' if self.there == 1 else 'were'} there already"
        if self.other:
            verbs = "differs and stays" if self.other == 1 else "differ and stay"
            told += f", {counted(self.other)} of the same id {verbs}"
        return told


def copy_sessions(
    source: AppSource, from_uri: str | None, to_uri: str | None, user: str | None
) -> None:
    """Copies sessions between the app's store and another one; what is there is passed over.

    Raises:
        InputValidationError: both stores are one.
    """
    if from_uri == to_uri:
        raise InputValidationError("give --from, --to or both: the stores must be two")

    async def work() -> _Outcome:
        async with (
            opened_store(source.with_sessions_at(from_uri, "--from")) as origin,
            opened_store(source.with_sessions_at(to_uri, "--to")) as target,
        ):
            return await _copy_all(origin, target, user)

    outcome = asyncio.run(work())
    click.echo(outcome.told(), err=True)
    if outcome.other:
        raise SystemExit(1)


async def _copy_all(origin: Store, target: Store, user: str | None) -> _Outcome:
    outcome = _Outcome()
    shown = sys.stderr.isatty()
    total = await _count(origin, None, user) if shown else 0
    with click.progressbar(length=total, label="copying", file=sys.stderr, hidden=not shown) as bar:

        async def copy(session: Session) -> None:
            await _copy(session, origin, target, outcome)
            bar.update(1)

        await _for_each(origin.sessions(user), copy)
    return outcome


async def _for_each(
    sessions: AsyncIterable[Session], work: Callable[[Session], Awaitable[None]]
) -> None:
    """Runs `work` for each, several at once; the first failure ends all and is raised."""
    free = asyncio.Semaphore(_COPIED_AT_ONCE)

    async def run(session: Session) -> None:
        try:
            await work(session)
        finally:
            free.release()

    try:
        async with asyncio.TaskGroup() as group:
            async for session in sessions:
                await free.acquire()
                group.create_task(run(session))
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from failures


async def _copy(session: Session, origin: Store, target: Store, outcome: _Outcome) -> None:
    with target.place.located():
        found = await target.service.get_session(
            app_name=target.app_name,
            user_id=session.user_id,
            session_id=session.id,
            config=_NO_EVENTS,
        )
    if found is not None:
        # A copy has the time of the last update, too: so it is known again.
        same = found.last_update_time == session.last_update_time
        outcome.there += same
        outcome.other += not same
        return
    archived = await origin.take(session)
    if archived is None:
        return  # deleted meanwhile
    try:
        with target.place.located():
            await archived.restore(target.service, app_name=target.app_name)
        outcome.copied += 1
    except AlreadyExistsError:  # another copy runs
        outcome.there += 1
