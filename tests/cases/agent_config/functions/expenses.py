"""Tools in every form that a configuration can name."""

from adkconf.tools import FunctionTool


def pay(euros: int) -> str:
    """Pays."""
    return f"paid {euros}"


def look(month: str) -> str:
    """Looks into the ledger."""
    return month


ledger = FunctionTool(look)


def ask_for_approval(euros: int) -> dict:
    """Asks a person."""
    return {"status": "pending", "euros": euros}
