"""google-adk's HTTP API in front of a live app."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.server.app import create_app as create_app
    from adkconf.server.process.file_serving import Source as Source
    from adkconf.server.process.file_serving import serve_files as serve_files
    from adkconf.server.settings import Settings as Settings

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "Settings": "adkconf.server.settings",
        "Source": "adkconf.server.process.file_serving",
        "create_app": "adkconf.server.app",
        "serve_files": "adkconf.server.process.file_serving",
    },
)
