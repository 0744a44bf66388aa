"""`adkconf eject`: the app as Python."""

from __future__ import annotations

from pathlib import Path

import click

from adkconf.cli.options import AppSource, app_file, overlays


@click.command()
@app_file
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The directory to write the package to.  [default: the app's name]",
)
@click.option(
    "--engine",
    type=click.Choice(["adkconf", "google-adk"]),
    help="Write code for this runtime.  [default: the app's]",
)
@click.option("--force", is_flag=True, help="Write over files that are there already.")
@overlays
def eject(
    file: Path,
    output: Path | None,
    engine: str | None,
    force: bool,
    profile: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Write the app of FILE as a Python package that runs without the file.

    Variables are read when the code runs, and no secret is written. The project's own Python files
    and texts are copied into the package; files of `env` are not. What cannot be written as Python
    is an error.
    """
    # Not needed for --help, and not cheap.
    from adkconf.cli.loading import load_app
    from adkconf.cli.problems import render
    from adkconf.exchange.ejection import eject as ejected_app
    from adkconf.exchange.package_files import package_directory, write_package

    loaded = load_app(AppSource(file, profile, overrides))
    ejected = ejected_app(loaded, engine)
    directory = output or package_directory(loaded)
    write_package(ejected, loaded.root, directory, force=force)
    if ejected.notes:
        click.echo(render(ejected.notes, loaded.sources), err=True)
    click.echo(f"Wrote {directory}. Try: python -m {directory.name} 'Hello'")
    for name in ejected.missing:
        click.echo(f"It reads its variables from {directory / name}, which is not copied.")
