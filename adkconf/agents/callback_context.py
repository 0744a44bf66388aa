"""google-adk's name for the context of callbacks."""

from adkconf.agents.context import Context as CallbackContext

__all__ = ["CallbackContext"]
