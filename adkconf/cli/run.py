"""`adkconf run`: one turn, or a conversation in the terminal."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from adkconf.builder.assembly import build
from adkconf.cli.chat import chat
from adkconf.cli.conversation import Conversation
from adkconf.cli.loading import app_file, load_app, overlays
from adkconf.cli.logs import log_in_lines
from adkconf.cli.problems import render
from adkconf.cli.terminal import Terminal, print_json

_FROM_STDIN = "-"


@click.command()
@app_file
@click.argument("message", required=False)
@click.option("--user", default="user", show_default=True, help="Whose session it is.")
@click.option("--session", help="Go on with this session, or start it. [default: a new one]")
@click.option("--json", "as_json", is_flag=True, help="Print each event as a line of JSON.")
@overlays
def run(
    file: Path,
    message: str | None,
    user: str,
    session: str | None,
    as_json: bool,
    profile: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Talk to the app of FILE.

    With MESSAGE, one turn; `-` takes the message from standard input. Without, a chat: Ctrl-C
    stops an answer, and at the prompt Ctrl-C or Ctrl-D end the chat.
    """
    text = _message(message)
    log_in_lines()
    went_well = True
    with asyncio.Runner() as loop:
        loaded = load_app(file, profile, overrides)
        built = loop.run(build(loaded))
        try:
            if built.diagnostics:
                click.echo(render(built.diagnostics, loaded.sources), err=True)
            terminal = Terminal(sys.stdout, built.runner.agent.name)
            conversation = Conversation(
                built.runner,
                built.run_config,
                user_id=user,
                session_id=session,
                show=print_json if as_json else terminal.show,
            )
            loop.run(conversation.open())
            if text is None:
                chat(loop, conversation, terminal)
            else:
                went_well = loop.run(conversation.ask(text))
        finally:
            loop.run(built.close())
    sys.exit(0 if went_well else 1)


def _message(given: str | None) -> str | None:
    """Returns what to say, or None for a chat."""
    if given is None and sys.stdin.isatty():
        return None
    text = sys.stdin.read() if given in (None, _FROM_STDIN) else given
    if not text or not text.strip():
        raise click.UsageError("the message is empty")
    return text
