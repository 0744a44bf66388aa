"""The commands by name; each is imported when it is used, so that `--help` is quick."""

from __future__ import annotations

from importlib import import_module
from keyword import iskeyword

import click

from adkconf._version import __version__

# Module and command of the same name, and the line that `adkconf --help` shows.
_COMMANDS = {
    "diff": "Tell what changes between two files, and what it costs.",
    "doctor": "Try the services, models and tools of an app.",
    "eject": "Write the app as a Python package.",
    "explain": "Explain the code of a diagnostic.",
    "graph": "Draw the app, as Mermaid or SVG.",
    "import": "Write an app.yaml for a google-adk project.",
    "init": "Write a new app that runs at once, offline.",
    "migrate": "Bring stored sessions of an older schema to the current one.",
    "run": "Talk to an app in the terminal.",
    "schema": "Print the JSON schema of the file.",
    "serve": "Serve an app over HTTP.",
    "sessions": "List, show, move and delete stored sessions.",
    "show": "Show the app after profiles, options and variables.",
    "test": "Run the conversation tests of an app, offline.",
    "validate": "Check files and show every problem.",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = getattr(import_module(f"adkconf.cli.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    name="adkconf", cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, package_name="adkconf", message="adkconf %(version)s")
def commands() -> None:
    """One YAML file describes an agent app: check it, run it, serve it, edit it live."""
