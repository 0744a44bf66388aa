"""`adkconf schema`: prints the JSON schema of the language."""

from __future__ import annotations

import click


@click.command()
def schema() -> None:
    """Print the JSON schema of app files, for editors.

    Write it to a file and name it in the first line of an app file:
    `# yaml-language-server: $schema=app.schema.json`
    """
    # Not needed for --help, and not cheap.
    from adkconf.config.schema.generate import schema_text

    click.echo(schema_text(), nl=False)
