"""The apps of one server. What goes wrong in one does not touch the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from adkconf.errors import AppNotFoundError, ConfigError
from adkconf.launch.generation import Built
from adkconf.launch.live import Live, Loader, Observer


@dataclass(frozen=True)
class Member:
    """An app of the fleet; `label` is the path of its file: a name may come late."""

    label: str
    live: Live

    @property
    def name(self) -> str | None:
        """The app's name; None while it did not start."""
        return self.live.current.built.runner.app_name if self.live.is_up else None


class Fleet:
    """Apps by name. The first member must start, the others may come up later.

    `is_leaving` once the server stops.
    """

    def __init__(
        self,
        loaders: Sequence[tuple[str, Loader]],
        *,
        drain_seconds: float = 30.0,
        observe: Callable[[str], Observer] | None = None,
    ) -> None:
        self.is_leaving = False
        self.members = tuple(
            Member(
                label,
                Live(
                    _Named(loader, partial(self._names_but, label)),
                    drain_seconds=drain_seconds,
                    observer=observe(label) if observe else None,
                ),
            )
            for label, loader in loaders
        )

    @property
    def names(self) -> list[str]:
        """The names of the apps that answer, sorted."""
        return sorted(name for member in self.members if (name := member.name) is not None)

    def find(self, name: str | None) -> Live:
        """Returns an app by its name; None means the only one.

        Raises:
            AppNotFoundError: there is none of this name, or None could mean several.
        """
        if name is None and len(self.members) == 1:
            return self.members[0].live
        for member in self.members:
            if name is not None and member.name == name:
                return member.live
        served = ", ".join(map(repr, self.names))
        if name is None:
            raise AppNotFoundError(f"name an app; this server serves {served}")
        raise AppNotFoundError(f"App not found: {name!r}; this server serves {served}")

    async def start(self) -> None:
        """Loads all apps, one after another: two of one name are found out.

        Raises:
            ConfigError: the first one cannot be built.
        """
        first, *others = self.members
        await first.live.start()
        for member in others:
            await member.live.try_start()

    async def reload(self) -> None:
        """Replaces each app whose sources changed."""
        await asyncio.gather(*(member.live.reload() for member in self.members))

    @property
    def in_flight(self) -> int:
        """How many leases are held."""
        return sum(member.live.status().in_flight for member in self.members)

    async def drain(self) -> None:
        """Waits until no request is left; those that take too long are cut."""
        self.is_leaving = True
        await asyncio.gather(*(member.live.drain() for member in self.members))

    def cut(self) -> None:
        """Cancels all requests."""
        for member in self.members:
            member.live.cut()

    async def close(self) -> None:
        """Lets all apps finish, within their deadlines, and closes them."""
        await asyncio.gather(*(member.live.close() for member in self.members))

    def _names_but(self, label: str) -> dict[str, str]:
        return {
            name: member.label
            for member in self.members
            if member.label != label and (name := member.name) is not None
        }


@dataclass(frozen=True)
class _Named:
    """Loads an app, and refuses one whose name another app of the server has."""

    loader: Loader
    taken: Callable[[], dict[str, str]]

    @property
    def files(self) -> frozenset[Path]:
        return self.loader.files

    async def load(self, previous: Built | None) -> Built:
        built = await self.loader.load(previous)
        name = built.runner.app_name
        if (other := self.taken().get(name)) is not None:
            await built.close(previous)
            raise ConfigError(
                f"the app of {other} is named {name!r} already; give each app a name of its own"
            )
        return built
