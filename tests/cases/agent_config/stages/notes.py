"""A callback of a loop."""


def remember(callback_context):
    return None
