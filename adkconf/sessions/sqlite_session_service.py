"""Sessions in one SQLite file, in the layout of google-adk's service of this name."""

from __future__ import annotations

from pathlib import Path

from adkconf.sessions.database_session_service import DatabaseSessionService
from adkconf.sessions.sql.tables import SQLITE_ONLY
from adkconf.sql.connect import Synchronous


class SqliteSessionService(DatabaseSessionService):
    """Takes a path, or a SQLite URL; a new file gets google-adk's SQLite-only layout.

    Both this and `DatabaseSessionService` read and write files of either layout.
    """

    _layout = SQLITE_ONLY

    def __init__(self, db_path: str | Path, *, synchronous: Synchronous | None = None) -> None:
        path = str(db_path)
        url = path if path.startswith(("sqlite:", "sqlite+")) else f"sqlite:///{path}"
        super().__init__(url, synchronous=synchronous)
