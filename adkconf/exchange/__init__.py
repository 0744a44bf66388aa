"""Between `app.yaml` and Python: apps written as code, and code written as an app."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.exchange.ejection import Ejected as Ejected
    from adkconf.exchange.ejection import eject as eject

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "Ejected": "adkconf.exchange.ejection",
        "eject": "adkconf.exchange.ejection",
    },
)
