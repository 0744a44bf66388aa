"""Names of Google Cloud resources: `projects/p/locations/l/reasoningEngines/1`, or only `1`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from adkconf.errors import InputValidationError

_PART = r"[A-Za-z0-9_.:-]+"


@dataclass(frozen=True, slots=True)
class ResourceName:
    """The last part of a name, and the place where it was written with one."""

    id: str
    project: str | None = None
    location: str | None = None

    @classmethod
    def parse(cls, name: str, collection: str) -> ResourceName:
        """Reads a full name or an id of a `collection` (`reasoningEngines`, `ragCorpora`).

        Raises:
            InputValidationError: it is neither.
        """
        full = rf"projects/({_PART})/locations/({_PART})/{collection}/({_PART})"
        if match := re.fullmatch(full, name):
            return cls(match[3], match[1], match[2])
        if re.fullmatch(_PART, name):
            return cls(name)
        raise InputValidationError(
            f"{name!r} names no resource; write its id or "
            f"projects/PROJECT/locations/LOCATION/{collection}/ID"
        )

    def inside(self, project: str | None, location: str | None) -> ResourceName:
        """Returns the name with project and location, as far as they are known.

        Raises:
            InputValidationError: the name says another place.
        """
        for what, written, given in (
            ("project", self.project, project),
            ("location", self.location, location),
        ):
            if written and given and written != given:
                raise InputValidationError(
                    f"{what} is {given!r}, but the resource name says {written!r}; give one"
                )
        return ResourceName(self.id, self.project or project, self.location or location)


def last_part(name: str) -> str:
    """Returns the id that a resource's full name ends with."""
    return name.rpartition("/")[2]
