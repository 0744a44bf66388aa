"""`adkconf show`: the app after everything that changes its file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from adkconf.cli.options import AppSource, app_file, overlays

_UNSET = "E301"


@click.command()
@app_file
@click.option("--format", "format_", type=click.Choice(["yaml", "json"]), help="[default: yaml]")
@click.option("--provenance", is_flag=True, help="Tell where each value came from; add defaults.")
@click.option("--variables", is_flag=True, help="List the environment variables that it uses.")
@overlays
def show(
    file: Path,
    format_: Any,
    provenance: bool,
    variables: bool,
    profile: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Show the app of FILE as it is after `extends`, --profile, --set and `${…}`.

    Secrets are hidden: what keys or variables like `bearer` or `API_KEY` hold, and passwords in
    URIs. Other text out of the environment is shown as `${NAME}`, except names, models, hosts and
    the URIs of services. Unless something is hidden, the YAML loads to the same app, from the same
    directory.

    With --variables: for each variable whether it is required, its default, whether it is secret,
    and where it is used, as a table or in --format. That also works while some are not set.
    """
    # Not needed for --help, and not cheap.
    from adkconf.cli.loading import load_app, sound_spec
    from adkconf.inspection.presentation import present_app, present_variables
    from adkconf.inspection.resolved import resolve
    from adkconf.inspection.variables import contract

    if variables and provenance:
        raise click.UsageError("choose --variables or --provenance")
    loaded = load_app(AppSource(file, profile, overrides))
    if variables:
        if any(found.code != _UNSET for found in loaded.diagnostics if found.severity == "error"):
            sound_spec(loaded)
        click.echo(present_variables(contract(loaded), format_), nl=False)
        return
    spec = sound_spec(loaded)
    tree = resolve(loaded, spec, profile=profile, defaults=provenance)
    click.echo(present_app(tree, format_ or "yaml", provenance=provenance), nl=False)
