"""`adkconf init`: a new app that runs at once."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from shlex import quote

import click

from adkconf.errors import AlreadyExistsError, InputValidationError

_FILES = ("app.yaml", "tools.py")
_NO_NAME = re.compile(r"[^a-zA-Z0-9_-]+")
_SCHEMA = Path(".adkconf", "app.schema.json")


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
def init(directory: Path) -> None:
    """Write a new app into DIR: app.yaml, its tools, and the schema for your editor.

    It runs at once, without a key: `adkconf run DIR/app.yaml`. Files that are there already are
    not touched.
    """
    # Not needed for --help, and not cheap.
    from adkconf.config.schema import project_schema_text

    taken = [name for name in _FILES if (directory / name).exists()]
    if taken:
        raise AlreadyExistsError(
            f"{directory} has {' and '.join(taken)} already; choose another directory"
        )
    try:
        (directory / _SCHEMA).parent.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            (directory / name).write_text(_text(name, directory), encoding="utf-8")
        schema = project_schema_text(directory / "app.yaml")
        (directory / _SCHEMA).write_text(schema, encoding="utf-8")
    except OSError as error:
        raise InputValidationError(f"cannot write to {directory}: {error.strerror}") from error
    app = quote(str(directory / "app.yaml"))
    click.echo(f"Wrote {' and '.join(str(directory / name) for name in _FILES)}. Try:\n")
    click.echo(f"  adkconf run {app} 'Water the plants!'")
    click.echo(f"  adkconf serve --reload {app}")


def _text(name: str, directory: Path) -> str:
    template = resources.files("adkconf.cli") / "scaffold" / name
    return template.read_text(encoding="utf-8").replace("$NAME", _app_name(directory))


def _app_name(directory: Path) -> str:
    """Returns the directory's name in the characters that an app's name may have."""
    name = _NO_NAME.sub("-", directory.resolve().name).strip("-_0123456789")
    return name if name and name != "user" else "my-app"
