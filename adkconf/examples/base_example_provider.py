"""The contract of a store of examples."""

from __future__ import annotations

from abc import ABC, abstractmethod

from adkconf.examples.example import Example


class BaseExampleProvider(ABC):
    """Finds examples. Subclass it to bring a store of your own."""

    @abstractmethod
    def get_examples(self, query: str) -> list[Example]:
        """Returns the examples that suit what the user said."""
