"""What an app's services and server do not stand: several processes, and strangers."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.linting.subject import Subject
from adkconf.config.spec.app import AppSpec

_ONE_FILE_FOR_ALL = (
    "SQLite lets one process write at a time, so workers wait for each other; "
    "for more load use postgresql://"
)


def several_workers(app: AppSpec, workers: int) -> Iterator[Diagnostic]:
    """Yields what goes wrong when so many processes serve the app."""
    if workers < 2:
        return
    for family, lost in (
        ("session", "a session is known only to the worker that began it"),
        ("artifact", "an artifact is known only to the worker that saved it"),
        ("memory", "what one worker remembers, the others do not know"),
    ):
        service = getattr(app.services, family)
        if service is None or (service.kind, service.name) == ("builtin", "memory"):
            # What nobody asked for is missed only where every app needs it.
            if service is not None or family == "session":
                message = f"{family}s in memory do not go with {workers} workers: {lost}"
                hint = _SHARED[family]
                yield app.services.diagnostic(
                    "W802", message, hint=hint, steps=(family,), severity="warning"
                )
        elif (service.kind, service.name) == ("builtin", "sqlite"):
            message = f"{workers} workers share one SQLite file"
            yield app.services.diagnostic(
                "W803", message, hint=_ONE_FILE_FOR_ALL, steps=(family,), severity="warning"
            )


_SHARED = {
    "session": "keep them in a database: session: postgresql://…",
    "artifact": "keep them where all workers find them: artifact: file://directory",
    "memory": "keep them in a database: memory: postgresql://…",
}


def workers_share_nothing(subject: Subject) -> Iterator[Diagnostic]:
    """Yields what `server.workers` does not go with."""
    return several_workers(subject.app, getattr(subject.app.server, "workers", 1))


def open_to_strangers(subject: Subject) -> Iterator[Diagnostic]:
    """Yields a server that everybody can reach and that lets everybody in."""
    server = subject.app.server
    if server.auth is None and not _is_loopback(server.host):
        message = f"the host {server.host!r} can be reached from outside, and nobody is asked who"
        message += " they are: serving is refused"
        hint = "add server.auth.bearer: ${API_TOKEN:?}, or listen on 127.0.0.1"
        yield server.diagnostic("W804", message, hint=hint, steps=("host",), severity="warning")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
