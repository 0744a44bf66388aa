"""`adkconf migrate`: stored sessions of an older schema."""

from __future__ import annotations

from pathlib import Path

import click

from adkconf.cli.options import AppSource, app_file, overlays


@click.command()
@app_file
@click.option("--dry-run", is_flag=True, help="Read everything, write nothing.")
@click.option("--to", "to_uri", metavar="URI", help="Where to. [default: in place, SQLite only]")
@overlays
def migrate(
    file: Path,
    dry_run: bool,
    to_uri: str | None,
    profile: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Bring the stored sessions of FILE to the schema that new databases get.

    It reads schema 0 of google-adk, whose pickled actions are read as plain data, and the layout
    of google-adk's SqliteSessionService. Stop what writes to the database first.

    With --to, another database is written and this one is not changed. Without, a SQLite file is
    replaced once all is in the new one; the old one is kept beside it. What was interrupted goes
    on when it is started again.
    """
    # Not needed for --help, and not cheap.
    from adkconf.cli.migration import migrate_sessions

    migrate_sessions(AppSource(file, profile, overrides), to_uri, dry_run=dry_run)
