"""A conversation at the prompt."""

from __future__ import annotations

import asyncio
import importlib
from contextlib import suppress

import click

from adkconf.cli.conversation import Conversation
from adkconf.cli.problems import explain
from adkconf.cli.terminal import Terminal

_PROMPT = "> "


def chat(loop: asyncio.Runner, conversation: Conversation, terminal: Terminal) -> None:
    """Asks for messages and shows the answers until the user ends it.

    Ctrl-C stops an answer under way and comes back to the prompt.
    """
    with suppress(ImportError):
        importlib.import_module("readline")  # gives the prompt line editing and a history
    while (message := _next_message()) is not None:
        if not message.strip():
            continue
        terminal.start_turn()
        try:
            loop.run(conversation.ask(message))
        except KeyboardInterrupt:
            terminal.end_line()
            click.secho("(stopped)", dim=True)
        except Exception as error:  # whatever a turn raised, the next one may work
            terminal.end_line()
            click.echo(explain(error), err=True)


def _next_message() -> str | None:
    try:
        return input(_PROMPT)
    except (EOFError, KeyboardInterrupt):
        click.echo()
        return None
