"""Generations of an app, replaced live when its files change."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.launch.fleet import Fleet as Fleet
    from adkconf.launch.fleet import Member as Member
    from adkconf.launch.generation import Built as Built
    from adkconf.launch.generation import Generation as Generation
    from adkconf.launch.live import Live as Live
    from adkconf.launch.live import Loader as Loader
    from adkconf.launch.live import Rejection as Rejection
    from adkconf.launch.live import Status as Status
    from adkconf.launch.loader import FileLoader as FileLoader

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "Built": "adkconf.launch.generation",
        "FileLoader": "adkconf.launch.loader",
        "Fleet": "adkconf.launch.fleet",
        "Generation": "adkconf.launch.generation",
        "Live": "adkconf.launch.live",
        "Loader": "adkconf.launch.live",
        "Member": "adkconf.launch.fleet",
        "Rejection": "adkconf.launch.live",
        "Status": "adkconf.launch.live",
    },
)
