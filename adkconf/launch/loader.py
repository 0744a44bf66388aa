"""Builds the app of a configuration file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from adkconf import builder
from adkconf.config.loaded import Loaded
from adkconf.errors import BuildError
from adkconf.launch.generation import Built


class FileLoader:
    """Reads the file with `read`, then builds what it describes."""

    def __init__(self, read: Callable[[], Loaded]) -> None:
        self._read = read
        self._files: frozenset[Path] = frozenset()
        self._sources: Mapping[str, str] = {}

    @property
    def files(self) -> frozenset[Path]:
        """The files that the last load wanted to read, missing ones too."""
        return self._files

    @property
    def sources(self) -> Mapping[str, str]:
        """The texts that the diagnostics of the last load point into, by file."""
        return self._sources

    async def load(self, previous: Built | None) -> Built:
        """Reads and builds.

        Raises:
            BuildError: the file is wrong or its app cannot be built.
        """
        assert previous is None or isinstance(previous, builder.Built)
        loaded = await asyncio.to_thread(self._read)
        self._files, self._sources = loaded.files, loaded.sources
        try:
            return await builder.build(loaded, previous=previous)
        except BuildError as error:
            self._files |= error.files
            raise
