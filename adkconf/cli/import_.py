"""`adkconf import`: an app.yaml for a google-adk project."""

from __future__ import annotations

from pathlib import Path

import click

from adkconf.errors import AlreadyExistsError, InputValidationError

_SCHEMA = Path(".adkconf", "app.schema.json")


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The file to write.  [default: app.yaml in the project]",
)
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
def import_(path: Path, output: Path | None, force: bool) -> None:
    """Write an app.yaml for the google-adk project at PATH: its directory, agent.py or YAML file.

    Its code is read and not run. Agents with plain arguments become YAML; functions, classes and
    objects stay references to the code. What cannot be understood is left to the code as a whole,
    with a comment that says why.
    """
    # Not needed for --help, and not cheap.
    from adkconf.config.schema.generate import schema_text
    from adkconf.exchange.importing import import_project

    target = output or (path if path.is_dir() else path.parent) / "app.yaml"
    if target.exists() and not force:
        raise AlreadyExistsError(f"{target} is there already; --force writes over it")
    imported = import_project(path, target.absolute().parent)
    schema = target.parent / _SCHEMA
    modeline = f"# yaml-language-server: $schema={_SCHEMA.as_posix()}\n"
    try:
        schema.parent.mkdir(parents=True, exist_ok=True)
        schema.write_text(schema_text(), encoding="utf-8")
        target.write_text(modeline + imported.text, encoding="utf-8")
    except OSError as error:
        raise InputValidationError(f"cannot write {target}: {error.strerror}") from error
    click.echo(f"Wrote {target}. Try: adkconf validate {target}")
    for remark in imported.remarks:
        click.echo(f"Please look: {remark}.", err=True)
