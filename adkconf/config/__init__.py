"""The configuration language: from text to an `AppSpec`, or to diagnostics."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.config.diagnostics import Diagnostic as Diagnostic
    from adkconf.config.diagnostics import diagnostic as diagnostic
    from adkconf.config.loaded import Loaded as Loaded
    from adkconf.config.loading import load as load
    from adkconf.config.rendering.render import render as render
    from adkconf.config.schema.generate import json_schema as json_schema
    from adkconf.config.span import Span as Span
    from adkconf.config.spec.app import AppSpec as AppSpec

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "AppSpec": "adkconf.config.spec.app",
        "Diagnostic": "adkconf.config.diagnostics",
        "Loaded": "adkconf.config.loaded",
        "Span": "adkconf.config.span",
        "diagnostic": "adkconf.config.diagnostics",
        "json_schema": "adkconf.config.schema.generate",
        "load": "adkconf.config.loading",
        "render": "adkconf.config.rendering.render",
    },
)
