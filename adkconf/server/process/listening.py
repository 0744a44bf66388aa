"""The address that the server listens on."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from adkconf.errors import ServiceError
from adkconf.server.settings import Settings


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """Takes the address before the app is built: who cannot have it learns so at once.

    Raises:
        ServiceError: the address cannot be had.
    """
    host, port = settings.host.strip("[]"), settings.port
    listener: socket.socket | None = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        if listener is not None:
            listener.close()
        raise ServiceError(f"cannot listen on {host}:{port}: {_reason(error)}") from error
    with listener:
        yield listener


def url_of(listener: socket.socket) -> str:
    """Returns where a browser finds it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _reason(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "the port is in use; stop the other server, or choose another with --port"
    if error.errno == errno.EACCES:
        return "that needs more rights; choose a port from 1024 up with --port"
    return error.strerror or str(error)
