"""`adkconf doctor`: tries the services, models and tools of an app."""

from __future__ import annotations

from pathlib import Path

import click

from adkconf.cli.options import AppSource, app_file, overlays


@click.command()
@app_file
@click.option("--no-models", is_flag=True, help="Leave the models out: asking them may cost.")
@overlays
def doctor(file: Path, no_models: bool, profile: str | None, overrides: tuple[str, ...]) -> None:
    """Try the services, models and sets of tools of FILE, and tell how they are.

    Services are opened as `serve` does, tables that are missing are made; they are read and
    written, and nothing of it stays. Models are asked for a short answer, MCP servers for their
    tools. Exits with 0 if all work, with 1 if one does not.
    """
    # Not needed for --help, and not cheap.
    from adkconf.cli.checkup import check_up

    if not check_up(AppSource(file, profile, overrides), models=not no_models):
        raise SystemExit(1)
