"""Whom the server lets in now, and how much of them; a reload may change both."""

from __future__ import annotations

import math

from adkconf.errors import ConfigError
from adkconf.server.access.callers import Caller, Callers
from adkconf.server.access.rates import Rates
from adkconf.server.access.verdict import (
    NO_CALLER,
    OPEN_PATHS,
    Head,
    Refusal,
    is_loopback,
    judge,
    needs_caller,
)
from adkconf.server.problems import Problem
from adkconf.server.settings import Settings


def check_bind(settings: Settings) -> None:
    """Refuses to listen to other machines without authentication.

    Raises:
        ConfigError: the host is not loopback and there is no token.
    """
    if not settings.asks_for_tokens and not is_loopback(settings.host):
        raise ConfigError(
            f"refusing to listen on {settings.host} without authentication: anyone who reaches "
            "it could use the app. Set server.auth, or listen on 127.0.0.1"
        )


class Admission:
    """Holds the settings that count now, and what is known of those who came.

    Raises:
        ConfigError: signed tokens are wanted and cannot be checked.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._callers = Callers(settings)
        self._rates = Rates()

    def prepare(self, edited: Settings) -> tuple[Settings, Callers]:
        """Returns what `adopt` takes: these settings, with whom others let in.

        Raises:
            ConfigError: they cannot be taken over.
        """
        settings = self.settings.with_access_of(edited)
        check_bind(settings)
        return settings, Callers(settings, self._callers)

    def adopt(self, settings: Settings, callers: Callers) -> None:
        """Lets other callers in from now on; tokens that are gone open nothing any more."""
        self.settings, self._callers = settings, callers

    async def judge(self, head: Head, address: str) -> Caller | Refusal | None:
        """Returns who may pass, or why not; None passes too, unknown, where that is enough.

        Raises:
            Problem: 503, the keys of the identity provider cannot be had.
        """
        refusal = judge(head, self.settings)
        if refusal is not None:
            return refusal
        is_needed = needs_caller(head, self.settings)
        try:
            caller = await self._callers.identify(head)
        except Problem:
            if is_needed:
                raise
            caller = None
        if caller is None and is_needed:
            return self._too_often("stranger", address) or NO_CALLER
        if head.path in OPEN_PATHS:
            return caller
        # Behind a proxy all have one address: strangers must not use up what callers may.
        if caller is None:
            return self._too_often("stranger", address)
        if caller.subject is None:
            return self._too_often("caller", address) or caller
        return self._too_often("subject", caller.subject) or caller

    def _too_often(self, kind: str, name: str) -> Refusal | None:
        """Counts a request of an address, or of a subject wherever it is."""
        allowed = self.settings.limits.requests_per_second
        wait = self._rates.take((kind, name), allowed) if allowed is not None else 0.0
        if not wait:
            return None
        detail = "too many requests; see server.limits.requests_per_second"
        return Refusal(429, detail, retry_after=math.ceil(wait))
