"""Examples that show a model how to answer."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.examples.base_example_provider import BaseExampleProvider as BaseExampleProvider
    from adkconf.examples.example import Example as Example

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "BaseExampleProvider": "adkconf.examples.base_example_provider",
        "Example": "adkconf.examples.example",
    },
)
