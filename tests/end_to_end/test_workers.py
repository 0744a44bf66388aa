"""Several processes behind one address, started by the real command."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.conftest import Serve

APP = "name: shared\nroot_agent: {model: echo}\nservices: {session: 'sqlite:///shared.db'}\n"
RUN = {"appName": "shared", "userId": "ada", "sessionId": "s1"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "app.yaml"
    path.write_text(APP)
    return path


def children_of(pid: int) -> list[int]:
    return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def server_of(file: Path) -> int:
    """The process that serves a file; this one may have other children."""
    [found] = [
        pid
        for pid in children_of(os.getpid())
        if str(file).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    return found


def has_workers(file: Path) -> bool:
    return len(children_of(server_of(file))) == 2


def until(holds: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def say(client: httpx.Client, text: str) -> int:
    # A connection of its own each time: any worker may take it.
    message = {"role": "user", "parts": [{"text": text}]}
    headers = {"Connection": "close"}
    return client.post("/run", json={**RUN, "newMessage": message}, headers=headers).status_code


def test_workers_share_sessions_and_a_dead_one_is_replaced(serve: Serve, file: Path) -> None:
    with serve(file, "--workers", "2") as client:
        until(lambda: has_workers(file))
        parent = server_of(file)
        client.post("/apps/shared/users/ada/sessions/s1")
        assert {say(client, f"turn {number}") for number in range(10)} == {200}
        first, second = children_of(parent)
        os.kill(first, signal.SIGKILL)
        until(lambda: len(now := children_of(parent)) == 2 and first not in now)
        assert second in children_of(parent)
        assert {say(client, f"more {number}") for number in range(10)} == {200}
        session = client.get("/apps/shared/users/ada/sessions/s1").json()
        assert len(session["events"]) == 40
        of_another = f"/apps/shared/users/ada/sessions/s1/runs/9-{'0' * 32}"
        assert client.get(of_another).status_code == 421
    until(lambda: not Path(f"/proc/{second}").exists())


@pytest.mark.long
def test_workers_do_not_outlive_their_parent(serve: Serve, file: Path) -> None:
    with serve(file, "--workers", "2"):
        until(lambda: has_workers(file))
        workers = children_of(parent := server_of(file))
        os.kill(parent, signal.SIGKILL)
        until(
            lambda: (
                not any(
                    Path(f"/proc/{pid}/cmdline").exists()
                    and Path(f"/proc/{pid}/cmdline").read_bytes()
                    for pid in workers
                )
            )
        )


@pytest.mark.long
def test_an_app_that_cannot_start_ends_all_workers(serve: Serve, file: Path) -> None:
    file.write_text(APP.replace("'sqlite:///shared.db'", "'sqlite:////no/such/folder/s.db'"))
    with pytest.raises(AssertionError, match="app.yaml:3"), serve(file, "--workers", "2"):
        pass


@pytest.mark.long
def test_a_broken_edit_and_a_dead_worker_leave_the_others_alone(
    serve: Serve, file: Path, tmp_path: Path
) -> None:
    with serve(file, "--workers", "2") as client:
        until(lambda: has_workers(file))
        file.write_text("name: [")
        first, second = children_of(server_of(file))
        os.kill(first, signal.SIGKILL)
        until(lambda: "ended with 1" in (tmp_path / "serve.log").read_text())
        assert names_of(client) == ["shared"]
        file.write_text(APP)
        until(lambda: has_workers(file))
        assert second in children_of(server_of(file))


def test_a_hangup_takes_an_edit_over(serve: Serve, file: Path) -> None:
    with serve(file) as client:
        file.write_text(APP.replace("shared\n", "renamed\n"))
        assert client.get("/list-apps").json() == ["shared"]
        server = server_of(file)
        os.kill(server, signal.SIGHUP)
        until(lambda: client.get("/list-apps").json() == ["renamed"])


@pytest.mark.long
@pytest.mark.parametrize("options", [("--reload",), ()])
def test_each_worker_takes_an_edit_over(serve: Serve, file: Path, options: tuple[str, ...]) -> None:
    with serve(file, "--workers", "2", *options) as client:
        until(lambda: has_workers(file))
        file.write_text(APP.replace("shared\n", "renamed\n"))
        if not options:
            os.kill(server_of(file), signal.SIGHUP)
        # Whichever worker answers: twenty times the new name is not one of two.
        until(lambda: all(names_of(client) == ["renamed"] for _ in range(20)), 40)


def names_of(client: httpx.Client) -> list[str]:
    """Asks over a connection of its own."""
    names: list[str] = client.get("/list-apps", headers={"Connection": "close"}).json()
    return names
