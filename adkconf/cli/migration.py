"""What `adkconf migrate` does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from adkconf.builder.services import location
from adkconf.cli.options import AppSource
from adkconf.cli.session_place import SessionPlace
from adkconf.cli.session_store import counted
from adkconf.errors import InputValidationError, ServiceError
from adkconf.sessions.sql.migration import Migration, Survey
from adkconf.sql.connect import connect_as_is, connect_url, sqlite_file
from adkconf.sql.database import Database


def migrate_sessions(source: AppSource, to_uri: str | None, *, dry_run: bool) -> None:
    """Migrates the sessions of an app's database.

    Raises:
        InputValidationError: there is nothing to migrate, or no place for it.
        ServiceError: a database cannot be used, or something in it cannot be read.
    """
    url = _url(source)
    if dry_run:
        asyncio.run(_try(url))
    elif to_uri is not None:
        asyncio.run(_move(url, _url(source.with_sessions_at(to_uri, "--to"))))
    else:
        _replace(_Replacement(_sqlite_file(url)), url)


@dataclass(frozen=True)
class _Replacement:
    """The files beside a SQLite file that is migrated in place."""

    original: Path

    @property
    def written(self) -> Path:
        return self.original.with_name(f"{self.original.name}.migrating")

    @property
    def backup(self) -> Path:
        return self.original.with_name(f"{self.original.name}.before-migration")

    def check(self) -> None:
        if self.backup.exists():
            raise InputValidationError(
                f"{self.backup} is there already, from a migration before; move it away first"
            )

    def swap(self) -> None:
        """Puts the new file in the place of the old one, unless somebody has that open."""
        for path in (self.original, self.written):
            if any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal")):
                raise ServiceError(f"{path} is in use; stop what uses it, and start again")
        self.original.rename(self.backup)
        self.written.rename(self.original)


def _url(source: AppSource) -> str:
    place = SessionPlace.read(source)
    written = place.written
    if written is not None and written.kind == "builtin":
        found = location(written.name, str(written.args.get("uri", "")), place.loaded.root)
        if "db_url" in found:
            return str(found["db_url"])
    raise place.refusal(
        "this is no database, and only sessions in databases are migrated",
        hint="name one, such as sqlite:///sessions.db",
    )


def _sqlite_file(url: str) -> Path:
    path = sqlite_file(url)
    if path is None:
        raise InputValidationError(
            "only a SQLite file is migrated in place; name an empty database with --to"
        )
    if not path.exists():
        raise InputValidationError(f"{path} does not exist; there is nothing to migrate")
    return path


async def _survey(url: str) -> None:
    """Raises where there is nothing to migrate."""
    async with _opened(connect_as_is(url)) as database:
        await Migration(database).survey()


async def _try(url: str) -> None:
    async with _opened(connect_as_is(url)) as database:
        migration = Migration(database)
        survey = await migration.survey()
        with _progress("reading", survey) as moved:
            await migration.check(moved)
    click.echo(f"{_told(survey)} can be migrated; nothing was written", err=True)


async def _move(url: str, target_url: str) -> None:
    if url == target_url:
        raise InputValidationError("--to names the database itself; name an empty one")
    other = connect_url(target_url, synchronous=None, engine_options={})
    async with _opened(connect_as_is(url)) as database, _opened(other) as target:
        migration = Migration(database)
        survey = await migration.survey()
        with _progress("migrating", survey) as moved:
            await migration.run(target, moved)
        if await migration.survey() != survey:
            raise ServiceError("sessions changed meanwhile; stop what writes to them, start again")
    click.echo(f"migrated {_told(survey)}", err=True)


def _replace(files: _Replacement, url: str) -> None:
    asyncio.run(_survey(url))
    files.check()
    asyncio.run(_move(url, f"sqlite:///{files.written}"))
    files.swap()
    click.echo(f"the old file is {files.backup}", err=True)


@asynccontextmanager
async def _opened(database: Database) -> AsyncIterator[Database]:
    try:
        yield database
    finally:
        await database.close()


@contextmanager
def _progress(label: str, survey: Survey) -> Iterator[Callable[[], None]]:
    hidden = not sys.stderr.isatty()
    with click.progressbar(
        length=survey.sessions, label=label, file=sys.stderr, hidden=hidden
    ) as bar:
        yield lambda: bar.update(1)


def _told(survey: Survey) -> str:
    events = counted(survey.events, "event")
    return f"{counted(survey.sessions)} with {events} of {survey.layout}"
