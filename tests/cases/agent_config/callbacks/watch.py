"""Callbacks that only look."""


def roll(sides: int) -> int:
    """Rolls a die."""
    return sides


def first(callback_context):
    return None


def second(callback_context):
    return None


def before_model(callback_context, llm_request):
    return None


def after_model(callback_context, llm_response):
    return None


def before_tool(tool, args, tool_context):
    return None


def after_tool(tool, args, tool_context, tool_response):
    return None
