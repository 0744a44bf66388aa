"""From an `AppSpec` to an app that is ready to answer."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.builder.assembly import build as build
    from adkconf.builder.built import Built as Built

__getattr__, __dir__, __all__ = attach(
    __name__, {"Built": "adkconf.builder.built", "build": "adkconf.builder.assembly"}
)
