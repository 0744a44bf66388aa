"""Builds an app and talks to it."""

from __future__ import annotations

import asyncio
import sys

import click

from adkconf.builder.assembly import build
from adkconf.builder.built import Built
from adkconf.cli.chat import chat
from adkconf.cli.conversation import Conversation
from adkconf.cli.loading import load_app
from adkconf.cli.logs import log_in_lines
from adkconf.cli.options import AppSource
from adkconf.cli.problems import render
from adkconf.cli.terminal import Terminal, print_json


def talk(
    source: AppSource,
    message: str | None,
    *,
    user_id: str,
    session_id: str | None,
    as_json: bool,
) -> bool:
    """Runs one turn, or a chat if there is no message; tells whether it went well."""
    log_in_lines()
    with asyncio.Runner() as loop:
        built = _build(loop, source)
        try:
            terminal = Terminal(sys.stdout, built.runner.agent.name)
            conversation = Conversation(
                built.runner,
                built.run_config,
                user_id=user_id,
                session_id=session_id,
                show=print_json if as_json else terminal.show,
            )
            loop.run(conversation.open())
            if message is not None:
                return loop.run(conversation.ask(message))
            chat(loop, conversation, terminal)
            return True
        finally:
            loop.run(built.close())


def _build(loop: asyncio.Runner, source: AppSource) -> Built:
    loaded = load_app(source)
    built = loop.run(build(loaded))
    if built.diagnostics:
        click.echo(render(built.diagnostics, loaded.sources), err=True)
    return built
