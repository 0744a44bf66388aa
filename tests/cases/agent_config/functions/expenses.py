"""Tools in every form that a configuration can name."""

from adkconf.tools import FunctionTool
from adkconf.tools.tool_configs import ToolArgsConfig


def pay(euros: int) -> str:
    """Pays."""
    return f"paid {euros}"


def look(month: str) -> str:
    """Looks into the ledger."""
    return month


ledger = FunctionTool(look)


def make_limit(args: ToolArgsConfig) -> FunctionTool:
    """Makes a tool that knows the limit."""
    options = args.model_dump()

    def limit() -> int:
        """Tells the limit."""
        return options["euros"]

    limit.__name__ = f"limit_{options['euros']}_{len(options['reasons'])}"
    return FunctionTool(limit)


def ask_for_approval(euros: int) -> dict:
    """Asks a person."""
    return {"status": "pending", "euros": euros}
