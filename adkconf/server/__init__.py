"""google-adk's HTTP API in front of a live app."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.server.app import create_app as create_app
    from adkconf.server.serve import serve_file as serve_file
    from adkconf.server.settings import Settings as Settings

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "Settings": "adkconf.server.settings",
        "create_app": "adkconf.server.app",
        "serve_file": "adkconf.server.serve",
    },
)
