"""What the commands of `adkconf sessions` do."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TextIO

import click

from adkconf.builder.store_access import opened_services
from adkconf.cli.logs import log_in_lines
from adkconf.cli.options import AppSource
from adkconf.cli.session_place import SessionPlace
from adkconf.cli.terminal import Terminal, print_json, printable
from adkconf.errors import AlreadyExistsError, InputValidationError, SessionNotFoundError
from adkconf.sessions.archive import ArchivedSession
from adkconf.sessions.base_session_service import BaseSessionService, GetSessionConfig
from adkconf.sessions.pruning import rested_sessions
from adkconf.sessions.session import Session

_NO_EVENTS = GetSessionConfig(num_recent_events=0)


@dataclass(frozen=True)
class Store:
    """The open session service of an app."""

    app_name: str
    service: BaseSessionService
    place: SessionPlace

    async def sessions(self, user: str | None) -> AsyncIterator[Session]:
        """Yields the sessions of a user or of all, without events and state."""
        with self.place.located():
            async for session in rested_sessions(self.service, self.app_name, user_id=user):
                yield session

    async def find(self, session_id: str, user: str | None) -> Session:
        """Returns the session of this id, without events.

        Raises:
            SessionNotFoundError: there is none.
            InputValidationError: several users have one of this id.
        """
        found = []
        if user is None:
            found = [each async for each in self.sessions(None) if each.id == session_id]
        elif session := await self.service.get_session(
            app_name=self.app_name, user_id=user, session_id=session_id, config=_NO_EVENTS
        ):
            found = [session]
        if not found:
            whose = f" of user {user!r}" if user else ""
            raise SessionNotFoundError(
                f"there is no session {session_id!r}{whose} in {self.app_name!r}; "
                f"`adkconf sessions list` shows those that are"
            )
        if len(found) > 1:
            users = ", ".join(sorted(each.user_id for each in found))
            raise InputValidationError(
                f"several users have a session {session_id!r}: {users}; choose one with --user"
            )
        return found[0]

    async def take(self, session: Session) -> ArchivedSession | None:
        """Reads a session whole, or returns None when there is none."""
        with self.place.located():
            return await ArchivedSession.take(
                self.service,
                app_name=session.app_name,
                user_id=session.user_id,
                session_id=session.id,
            )


@asynccontextmanager
async def opened_store(source: AppSource) -> AsyncIterator[Store]:
    """Opens the session service of an app, and nothing else of it.

    Raises:
        BuildError: it cannot be used, or fails later; it tells the place that names the service.
    """
    log_in_lines()
    place = SessionPlace.read(source)
    written = place.written
    if written is None or (written.kind, written.name) == ("builtin", "memory"):
        raise place.refusal(
            "sessions in memory end with the process that has them",
            hint="name a store, such as sqlite:///sessions.db",
        )
    async with AsyncExitStack() as stack:
        with place.naming():
            services = await stack.enter_async_context(opened_services(place.loaded, "session"))
        with place.located():
            yield Store(place.spec.name, services.get("session"), place)


def show_list(source: AppSource, user: str | None, *, as_json: bool) -> None:
    """Prints a line for each session."""

    async def work() -> None:
        async with opened_store(source) as store:
            found = [each async for each in store.sessions(user)]
            counts = await store.service.count_events(app_name=store.app_name, user_id=user)
        found.sort(key=lambda each: each.last_update_time)
        rows = [(each, counts.get((each.user_id, each.id), 0)) for each in found]
        if as_json:
            for session, count in rows:
                click.echo(_json_row(session, count))
        else:
            click.echo(_table(rows))

    asyncio.run(work())


def show_session(source: AppSource, session_id: str, user: str | None, *, as_json: bool) -> None:
    """Prints the events of a session, and its state behind them."""

    async def work() -> None:
        async with opened_store(source) as store:
            found = await store.find(session_id, user)
            archived = await store.take(found)
        session = archived.session if archived else found
        if as_json:
            for event in session.events:
                print_json(event)
        else:
            _show(session)

    asyncio.run(work())


def export_sessions(source: AppSource, user: str | None, output: TextIO) -> None:
    """Writes a line for each session, and on standard error how many there were."""

    async def work() -> None:
        count = 0
        async with opened_store(source) as store:
            async for session in store.sessions(user):
                # It may have been deleted meanwhile.
                if (archived := await store.take(session)) is not None:
                    output.write(archived.line() + "\n")
                    count += 1
        output.flush()
        click.echo(f"exported {counted(count)}", err=True)

    asyncio.run(work())


def import_sessions(source: AppSource, lines: TextIO, *, skip_existing: bool) -> None:
    """Stores a session for each line.

    Raises:
        AlreadyExistsError: one is there, and those shall not be passed over.
        InputValidationError: a line is no session.
    """

    async def work() -> None:
        count = skipped = 0
        async with opened_store(source) as store:
            for number, line in enumerate(_read(lines), 1):
                if not line.strip():
                    continue
                try:
                    archived = ArchivedSession.parse(line)
                    await archived.restore(store.service, app_name=store.app_name)
                    count += 1
                except AlreadyExistsError as error:
                    if not skip_existing:
                        raise AlreadyExistsError(_stopped(number, error, count)) from error
                    skipped += 1
                except InputValidationError as error:
                    raise InputValidationError(_stopped(number, error, count)) from error
        behind = f", {skipped} existed" if skipped else ""
        click.echo(f"imported {counted(count)}{behind}", err=True)

    asyncio.run(work())


def _read(lines: TextIO) -> Iterator[str]:
    try:
        yield from lines
    except UnicodeDecodeError as error:
        raise InputValidationError(
            "this is no text in UTF-8; expected a file that `adkconf sessions export` wrote"
        ) from error


def _stopped(number: int, error: Exception, count: int) -> str:
    """Says where an import ended, and how to go on."""
    told = f"line {number}: {error}"
    if count:
        told += f"; {counted(count)} of the lines before it {'is' if count == 1 else 'are'} stored"
    return f"{told}; --skip-existing passes over those that are there"


def delete_sessions(
    source: AppSource, session_ids: Sequence[str], user: str | None, *, ask: bool
) -> None:
    """Deletes sessions; none if any of them does not exist."""

    async def work() -> None:
        async with opened_store(source) as store:
            found = [await store.find(session_id, user) for session_id in session_ids]
            if ask:
                for session in found:
                    click.echo(f"{printable(session.id)} of {printable(session.user_id)}")
                click.confirm(f"Delete {counted(len(found))} for good?", abort=True)
            for session in found:
                await store.service.delete_session(
                    app_name=store.app_name, user_id=session.user_id, session_id=session.id
                )
        click.echo(f"deleted {counted(len(found))}", err=True)

    asyncio.run(work())


def _show(session: Session) -> None:
    terminal = Terminal(sys.stdout, root_agent="")  # every speaker is named
    shown = None
    for event in session.events:
        if event.invocation_id != shown:
            shown = event.invocation_id
            click.secho(f"-- {_time(event.timestamp)}", dim=True)
        terminal.show(event)
    click.secho(f"-- state at {_time(session.last_update_time)}", dim=True)
    for key in sorted(session.state):
        value = json.dumps(session.state[key], ensure_ascii=False, default=str)
        click.echo(printable(f"{key} = {value}"))


def _table(rows: Sequence[tuple[Session, int]]) -> str:
    if not rows:
        return "no sessions"
    lines = [("USER", "SESSION", "EVENTS", "LAST UPDATE")] + [
        (printable(each.user_id), printable(each.id), str(count), _time(each.last_update_time))
        for each, count in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    return "\n".join(
        f"{user:<{widths[0]}}  {name:<{widths[1]}}  {count:>{widths[2]}}  {updated}"
        for user, name, count, updated in lines
    )


def _json_row(session: Session, count: int) -> str:
    row = {
        "userId": session.user_id,
        "id": session.id,
        "events": count,
        "lastUpdateTime": session.last_update_time,
    }
    return json.dumps(row, ensure_ascii=False)


def _time(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).isoformat(" ", "seconds")


def counted(count: int, what: str = "session") -> str:
    """Returns `1 session`, `2 sessions` and so on."""
    return f"{count} {what}{'' if count == 1 else 's'}"
