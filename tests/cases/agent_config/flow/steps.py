"""Steps of a workflow."""


def sort(node_input: str) -> str:
    """Sorts."""
    return node_input


def thank(node_input: str) -> str:
    """Thanks."""
    return node_input


def stamp(node_input: str) -> str:
    """Stamps."""
    return node_input


def copy(node_input: str) -> str:
    """Copies."""
    return node_input
