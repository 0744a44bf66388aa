"""Database servers, started for the tests and stopped after."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest


def missing(what: str, how: str) -> None:
    """Skips, or fails where the servers are known to be there."""
    message = f"{what} is not installed, so nothing was tested on it; {how}"
    if os.environ.get("REQUIRE_DATABASE_SERVERS"):
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def server_directory(user: str) -> Iterator[Path]:
    """A directory that a server can use that refuses to run as root."""
    directory = Path(tempfile.mkdtemp(prefix="adkconf-"))
    if os.geteuid() == 0:
        shutil.chown(directory, user)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def run_as(user: str, *command: str | Path) -> None:
    subprocess.run(
        [str(part) for part in command],
        check=True,
        capture_output=True,
        user=user if os.geteuid() == 0 else None,
        cwd="/",
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgresql_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    found += [Path(path).resolve()] if (path := shutil.which("pg_ctl")) else []
    if not found:
        missing("PostgreSQL", "install the package postgresql")
    return found[-1].parent


@dataclass(frozen=True)
class PostgresqlServer:
    """Where a server listens."""

    binaries: Path
    port: int

    def make_database(self) -> str:
        """Returns the address of a database that is new."""
        name = f"adkconf_{uuid4().hex}"
        server = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "adkconf")
        run_as("postgres", self.binaries / "createdb", *server, name)
        return f"postgresql://adkconf@127.0.0.1:{self.port}/{name}"


@dataclass(frozen=True)
class MariadbServer:
    """Where a server listens, and the socket where its administrator may ask."""

    socket: Path
    port: int

    def make_database(self) -> str:
        """Returns the address of a database that is new."""
        name = f"adkconf_{uuid4().hex}"
        self.ask(f"CREATE DATABASE {name}; GRANT ALL ON {name}.* TO adkconf@'127.0.0.1'")
        return f"mysql://adkconf@127.0.0.1:{self.port}/{name}"

    def ask(self, statements: str) -> None:
        client = shutil.which("mariadb") or "mariadb"
        run_as("mysql", client, "-u", "root", "-S", self.socket, "-e", statements)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    binaries = postgresql_binaries()
    with server_directory("postgres") as directory:
        data, port = directory / "data", free_port()
        run_as("postgres", binaries / "initdb", "-D", data, "-A", "trust", "-U", "adkconf", "-N")
        options = f"-p {port} -h 127.0.0.1 -k {directory} -c fsync=off"
        log = directory / "log"
        run_as("postgres", binaries / "pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")
        try:
            yield PostgresqlServer(binaries, port)
        finally:
            run_as("postgres", binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariadbServer]:
    server = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
    install = shutil.which("mariadb-install-db")
    if server is None or install is None:
        missing("MariaDB", "install the package mariadb-server")
        return
    with server_directory("mysql") as directory:
        data, made = directory / "data", MariadbServer(directory / "socket", free_port())
        run_as(
            "mysql",
            install,
            "--no-defaults",
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
        )
        process = subprocess.Popen(
            [
                server,
                "--no-defaults",
                f"--datadir={data}",
                f"--port={made.port}",
                "--bind-address=127.0.0.1",
                f"--socket={made.socket}",
                "--innodb-flush-log-at-trx-commit=0",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user="mysql" if os.geteuid() == 0 else None,
        )
        try:
            wait_for_port(made.port, process)
            made.ask("CREATE USER adkconf@'127.0.0.1'")
            yield made
        finally:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def postgresql_url(postgresql_server: PostgresqlServer) -> str:
    """A database of the module's own."""
    return postgresql_server.make_database()


@pytest.fixture(scope="module")
def mariadb_url(mariadb_server: MariadbServer) -> str:
    """A database of the module's own."""
    return mariadb_server.make_database()


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"no server came up on port {port}")
