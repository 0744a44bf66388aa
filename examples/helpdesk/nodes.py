"""The functions of the workflow."""

from __future__ import annotations

from typing import Any

from adkconf.agents import Context
from adkconf.events import Event, RequestInput


def sort_ticket(node_input: str, ctx: Context) -> Event:
    """Chooses the way; what it writes to the state is there for all nodes behind it."""
    ctx.state["ticket"] = node_input
    needs_both = "charged" in node_input and "crash" in node_input
    return Event(route="both" if needs_both else "simple", output=node_input)


def say_thanks(ticket: str) -> Event:
    """Gets the ticket from the state, by its parameter's name."""
    return Event(message=f"Thank you for your message: {ticket}", output="thanked")


def find_charges(node_input: dict[str, str], ctx: Context) -> dict[str, Any]:
    """Fails the first time, and is tried again."""
    if ctx.attempt_count == 1:
        raise ConnectionError("the ledger did not answer")
    ctx.state["drafts"] = node_input
    return {"charges": 2, "amount": 9.99}


def ask_for_refund(node_input: dict[str, Any]) -> RequestInput:
    """Stops the workflow; the answer is the node's output."""
    return RequestInput(
        interrupt_id="refund",
        message=f"Refund {node_input['amount']}?",
        payload=node_input,
        response_schema=bool,
    )


def write_reply(node_input: bool, drafts: dict[str, str]) -> Event:
    """Puts the reply together."""
    ending = "Your money is on its way." if node_input else "We looked into it."
    reply = " ".join([*drafts.values(), ending])
    return Event(message=reply, output=reply)
