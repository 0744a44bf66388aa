"""The configuration language: from text to an `AppSpec`, or to diagnostics."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.config.diagnostic import Diagnostic as Diagnostic
    from adkconf.config.diagnostic import diagnostic as diagnostic
    from adkconf.config.load import load as load
    from adkconf.config.loaded import Loaded as Loaded
    from adkconf.config.rendering.render import render as render
    from adkconf.config.schema.generate import json_schema as json_schema
    from adkconf.config.span import Span as Span
    from adkconf.config.spec.app import AppSpec as AppSpec

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "AppSpec": "adkconf.config.spec.app",
        "Diagnostic": "adkconf.config.diagnostic",
        "Loaded": "adkconf.config.loaded",
        "Span": "adkconf.config.span",
        "diagnostic": "adkconf.config.diagnostic:diagnostic",
        "json_schema": "adkconf.config.schema.generate",
        "load": "adkconf.config.load:load",
        "render": "adkconf.config.rendering.render:render",
    },
)
