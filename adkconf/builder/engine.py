"""The runtime that an app is built out of.

Both runtimes have the same classes at the same addresses below their package. Nothing else in the
builder names the package.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Engine:
    """A package with the modules `agents`, `apps`, `plugins`, `tools` and so on."""

    package: str

    def get(self, address: str) -> Any:
        """Imports what an address names: `agents.llm_agent:LlmAgent`."""
        module, _, name = address.partition(":")
        return getattr(import_module(f"{self.package}.{module}"), name)


ADKCONF = Engine("adkconf")
