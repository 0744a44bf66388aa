"""`adkconf serve`: apps behind HTTP."""

from __future__ import annotations

import io
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adkconf.cli.options import AppSource, overlays
from adkconf.server.process.garbage import search, without_search

if TYPE_CHECKING:
    from adkconf.config.spec.app import AppSpec
    from adkconf.server.process.file_serving import Source


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--reload", "follow", is_flag=True, help="Take edits over live.")
@click.option("--host", help="Listen on this address. [default: what the file says, 127.0.0.1]")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Listen on this port; 0 takes a free one. [default: what the file says, 8000]",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="Serve in so many processes. [default: what the file says, 1]",
)
@overlays
@click.option("--as-worker", hidden=True)
@without_search()
def serve(
    files: tuple[Path, ...],
    follow: bool,
    host: str | None,
    port: int | None,
    workers: int | None,
    profile: str | None,
    overrides: tuple[str, ...],
    as_worker: str | None,
) -> None:
    """Serve the app of a FILE over HTTP, in the way of google-adk's API.

    Several FILES are several apps of one server; the first one's server section counts, and
    --profile and --set are for it.

    With --reload, or when SIGHUP comes, a good edit answers the next request while runs under way
    finish on the old app; a broken edit changes nothing and is told here and at /health.
    """
    # The whole runtime and the web framework; --help does not need them.
    from adkconf.builder.assembly import checked_spec
    from adkconf.cli.loading import load_app
    from adkconf.cli.logs import log_in_lines
    from adkconf.cli.problems import render
    from adkconf.config.linting.deployment import several_workers
    from adkconf.server.process.file_serving import serve_files
    from adkconf.server.process.worker_place import WorkerPlace
    from adkconf.server.process.workers import serve_in_workers
    from adkconf.server.settings import Settings

    spec = checked_spec(load_app(AppSource(files[0], profile, overrides)))
    log_in_lines(spec.server.log_format, requests=True)
    settings = Settings.of(spec.server, host=host, port=port)
    count = workers or spec.server.workers
    if count > 1 and as_worker is None:
        # Of the workers in the file, the app's own warnings tell.
        if count != spec.server.workers and (unfit := list(several_workers(spec, count))):
            click.echo(render(unfit, {}), err=True)
        search()
        command = [sys.executable, "-m", "adkconf", *sys.argv[1:]]
        raise SystemExit(serve_in_workers(command, count, settings))
    place = WorkerPlace.parse(as_worker) if as_worker else None
    serve_files(
        _sources(files, spec, profile, overrides),
        spec,
        settings,
        render=render,
        # One of several speaks for all.
        stream=sys.stderr if place is None or place.number == 1 else io.StringIO(),
        follow=follow,
        place=place,
    )


def _sources(
    files: tuple[Path, ...], spec: AppSpec, profile: str | None, overrides: tuple[str, ...]
) -> list[Source]:
    """Returns the files of the command line, and those that the first one names."""
    from adkconf.cli.loading import load_app
    from adkconf.server.process.file_serving import Source

    apps = [AppSource(files[0], profile, overrides)]
    apps += [AppSource(file, None, ()) for file in files[1:]]
    apps += [AppSource(files[0].parent / app.file, app.profile, ()) for app in spec.apps]
    return [Source(str(app.file), partial(load_app, app)) for app in apps]
