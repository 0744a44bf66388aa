"""What an app's services and server do not stand: several processes, and strangers."""

from __future__ import annotations

from collections.abc import Iterator

from adkconf.config.addresses import is_loopback
from adkconf.config.diagnostics import Diagnostic
from adkconf.config.linting.subject import Subject
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.component import ServiceSpec

# Where each family belongs when several processes need it, and what is lost otherwise.
_IN_MEMORY = {
    "session": (
        "a session is known only to the worker that began it",
        "keep them in a database: session: postgresql://…",
    ),
    "artifact": (
        "an artifact is known only to the worker that saved it",
        "keep them where all workers find them: artifact: file://directory",
    ),
    "memory": (
        "what one worker remembers, the others do not know",
        "keep them in a database: memory: postgresql://…",
    ),
}


def workers_share_nothing(subject: Subject) -> Iterator[Diagnostic]:
    """Yields services that do not go with `server.workers`."""
    return several_workers(subject.app, subject.app.server.workers)


def several_workers(app: AppSpec, workers: int) -> Iterator[Diagnostic]:
    """Yields services that do not go with so many processes."""
    for family, (lost, hint) in _IN_MEMORY.items() if workers > 1 else ():
        service: ServiceSpec | None = getattr(app.services, family)
        kind = service.name if service and service.kind == "builtin" else None
        # What nobody asked for is missed only where every app needs it.
        if kind == "memory" or (service is None and family == "session"):
            message = f"{family} service in memory with {workers} workers: {lost}"
            yield _about(app, service, "W802", message, hint)
        elif kind == "sqlite":
            message = f"{workers} workers share a SQLite file, and only one at a time can write"
            server = f"use a database server: {family}: postgresql://…"
            yield _about(app, service, "W803", message, server)


def _about(
    app: AppSpec, service: ServiceSpec | None, code: str, message: str, hint: str
) -> Diagnostic:
    """Makes the warning, at the number of workers if the service is not written."""
    if service is not None:
        return service.diagnostic(code, message, hint=hint, severity="warning")
    steps = ("server", "workers")
    return app.diagnostic(code, message, hint=hint, steps=steps, severity="warning")


def open_to_strangers(subject: Subject) -> Iterator[Diagnostic]:
    """Yields a server that everybody can reach and that lets everybody in."""
    server = subject.app.server
    if server.auth is None and not is_loopback(server.host):
        message = (
            f"the host {server.host!r} can be reached from outside and there is no 'auth': "
            "serving is refused"
        )
        hint = "add server.auth.bearer: ${API_TOKEN:?}, or listen on 127.0.0.1"
        yield server.diagnostic("W804", message, hint=hint, steps=("host",), severity="warning")
