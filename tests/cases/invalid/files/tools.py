"""Tools and plugins that the cases refer to."""


def search(query: str) -> str:
    """Searches."""
    return query


def make_tool(level: int, *, name: str = "x"):
    return search


def review(callback_context):
    return None


class AuditPlugin:
    def __init__(self, level: str, path: str = "audit.log") -> None:
        self.level = level


class Base:
    def __init__(self, name: str) -> None:
        self.name = name


class Child(Base):
    pass


class Answer:
    text: str
