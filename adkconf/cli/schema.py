"""`adkconf schema`: prints the JSON schema of the language, or of a project."""

from __future__ import annotations

from pathlib import Path

import click

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("file", required=False, type=_FILE)
def schema(file: Path | None) -> None:
    """Print the JSON schema of app files, for editors.

    With FILE, the schema of that app's project: it also has the plugins, tools, models and
    services in Python files beside FILE and below, and those of installed extensions, with their
    arguments. They are read from signatures and docstrings; nothing is imported.

    Write it to a file and name it in the first line of an app file:
    `# yaml-language-server: $schema=app.schema.json`
    """
    # Not needed for --help, and not cheap.
    from adkconf.config.schema import project_schema_text, schema_text

    click.echo(project_schema_text(file) if file else schema_text(), nl=False)
