"""`adkconf serve`: the app behind HTTP."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from adkconf.cli.options import AppSource, app_file, overlays


@click.command()
@app_file
@click.option("--reload", "follow", is_flag=True, help="Take edits over live.")
@click.option("--host", help="Listen on this address. [default: what the file says, 127.0.0.1]")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Listen on this port; 0 takes a free one. [default: what the file says, 8000]",
)
@overlays
def serve(
    file: Path,
    follow: bool,
    host: str | None,
    port: int | None,
    profile: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Serve the app of FILE over HTTP, in the way of google-adk's API.

    With --reload, a good edit answers the next request while runs under way finish on the old
    app; a broken edit changes nothing and is told here and at /health.
    """
    # The whole runtime and the web framework; --help does not need them.
    from adkconf.builder.assembly import checked_spec
    from adkconf.cli.loading import load_app
    from adkconf.cli.logs import log_in_lines
    from adkconf.cli.problems import render
    from adkconf.server.serve import serve_file

    log_in_lines()
    read = partial(load_app, AppSource(file, profile, overrides))
    server = checked_spec(read()).server
    serve_file(read, server, render=render, stream=sys.stderr, host=host, port=port, follow=follow)
