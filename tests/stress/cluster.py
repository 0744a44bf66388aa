"""A PostgreSQL server that is stopped in the middle of its work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.database_servers import free_port, postgresql_binaries, run_as, server_directory


@dataclass(frozen=True)
class Cluster:
    binaries: Path
    directory: Path
    port: int

    @classmethod
    @contextmanager
    def make(cls) -> Iterator[Self]:
        binaries = postgresql_binaries()
        with server_directory("postgres") as directory:
            cluster = cls(binaries, directory, free_port())
            data = directory / "data"
            run_as(
                "postgres", binaries / "initdb", "-D", data, "-A", "trust", "-U", "adkconf", "-N"
            )
            cluster.start()
            try:
                yield cluster
            finally:
                cluster.stop_at_once()

    @property
    def url(self) -> str:
        return f"postgresql://adkconf@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        log = self.directory / "log"
        options = f"-p {self.port} -h 127.0.0.1 -k {self.directory}"
        self._control("-l", log, "-o", options, "-w", "start")

    def stop_at_once(self) -> None:
        """Leaves everything as it is, as a crash does; the next start recovers from the log."""
        self._control("-m", "immediate", "stop")

    def _control(self, *command: str | Path) -> None:
        run_as("postgres", self.binaries / "pg_ctl", "-D", self.directory / "data", *command)
