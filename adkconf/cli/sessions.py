"""`adkconf sessions`: the stored sessions of an app, without running it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TextIO

import click

from adkconf.cli.options import AppSource, app_file, overlays

_as_json = click.option("--json", "as_json", is_flag=True, help="Print lines of JSON.")
_user = click.option("--user", help="Whose sessions. [default: all users']")
_ids = click.argument("session_ids", metavar="SESSION...", nargs=-1, required=True)


@click.group()
def sessions() -> None:
    """List, show, export, import, copy, prune and delete the stored sessions of an app.

    Only the session service of FILE is opened; agents and tools are not even imported.
    """


@sessions.command("list")
@app_file
@_user
@_as_json
@overlays
def list_sessions(
    file: Path, user: str | None, as_json: bool, profile: str | None, overrides: tuple[str, ...]
) -> None:
    """List sessions with their number of events, the latest last."""
    # Not needed for --help, and not cheap; the same in the other commands.
    from adkconf.cli import session_store

    session_store.show_list(AppSource(file, profile, overrides), user, as_json=as_json)


@sessions.command()
@app_file
@click.argument("session_id", metavar="SESSION")
@_user
@_as_json
@overlays
def show(
    file: Path,
    session_id: str,
    user: str | None,
    as_json: bool,
    profile: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Show the events and the state of a session."""
    from adkconf.cli import session_store

    source = AppSource(file, profile, overrides)
    session_store.show_session(source, session_id, user, as_json=as_json)


@sessions.command()
@app_file
@_user
@click.option(
    "--output",
    type=click.File("w", encoding="utf-8", lazy=True),
    default="-",
    help="Where to. [default: standard output]",
)
@overlays
def export(
    file: Path,
    user: str | None,
    output: TextIO,
    profile: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Write sessions as JSON, a line each, with all that another store needs."""
    from adkconf.cli import session_store

    session_store.export_sessions(AppSource(file, profile, overrides), user, output)


@sessions.command("import")
@app_file
@click.argument("source", type=click.File("r", encoding="utf-8"), default="-")
@click.option("--skip-existing", is_flag=True, help="Pass over sessions that are there already.")
@overlays
def import_sessions(
    file: Path,
    source: TextIO,
    skip_existing: bool,
    profile: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Store the sessions that `export` wrote to SOURCE, or that come from standard input.

    They keep their ids, events and times.
    """
    from adkconf.cli import session_store

    app = AppSource(file, profile, overrides)
    session_store.import_sessions(app, source, skip_existing=skip_existing)


@sessions.command()
@app_file
@_ids
@_user
@click.option("--yes", is_flag=True, help="Do not ask.")
@overlays
def delete(
    file: Path,
    session_ids: tuple[str, ...],
    user: str | None,
    yes: bool,
    profile: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Delete sessions with their events, after asking."""
    from adkconf.cli import session_store

    source = AppSource(file, profile, overrides)
    session_store.delete_sessions(source, session_ids, user, ask=not yes)


@sessions.command()
@app_file
@click.option("--from", "from_uri", metavar="URI", help="Where from. [default: the app's store]")
@click.option("--to", "to_uri", metavar="URI", help="Where to. [default: the app's store]")
@_user
@overlays
def copy(
    file: Path,
    from_uri: str | None,
    to_uri: str | None,
    user: str | None,
    profile: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Copy sessions from another store to the app's, or from the app's to another.

    They keep their ids, events and times. One that is there already is passed over, so a copy that
    was interrupted goes on when it is started again.
    """
    from adkconf.cli import session_moves

    session_moves.copy_sessions(AppSource(file, profile, overrides), from_uri, to_uri, user)


class _Duration(click.ParamType[Any]):
    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from adkconf.config.spec.duration import seconds_of

        seconds = seconds_of(value)
        if not isinstance(seconds, float):
            more = "" if _is_above_zero(value) else ", and more than 0"
            self.fail(f"write a number with a unit{more}: 30d, 12h, 90m, 45s", param, ctx)
        return seconds


def _is_above_zero(text: str) -> bool:
    return any(digit in text for digit in "123456789")


@sessions.command()
@app_file
@click.option(
    "--older-than",
    type=_Duration(),
    required=True,
    help="Those that nobody went on with for so long: 30d, 12h, 90m.",
)
@_user
@click.option("--dry-run", is_flag=True, help="Only tell how many there are.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@overlays
def prune(
    file: Path,
    older_than: float,
    user: str | None,
    dry_run: bool,
    yes: bool,
    profile: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Delete sessions that nobody went on with, after asking.

    `services.session_ttl` does the same while an app is served.
    """
    from adkconf.cli import session_moves

    source = AppSource(file, profile, overrides)
    session_moves.prune_sessions(source, older_than, user, dry_run=dry_run, ask=not yes)
