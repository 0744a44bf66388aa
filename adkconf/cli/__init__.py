"""The command line."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.cli.entry import main as main

__getattr__, __dir__, __all__ = attach(__name__, {"main": "adkconf.cli.entry"})
