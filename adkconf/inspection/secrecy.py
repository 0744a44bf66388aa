"""What of an app's values may be shown.

- What stands under a key whose name says that it is secret (`bearer`, `api_key`, `password`…) is
  hidden, wherever it comes from.
- So is what Python code takes as a `SecretStr`, and what comes out of a variable whose name says
  it, or out of a file outside of the project.
- Other text with a variable that is set is shown as it is written, `${NAME}`, except where no
  secret belongs: names, models, hosts, and the URIs of services. Numbers and switches are shown,
  and so is the default of a variable that is not set, because it is written in the file.
- What is hidden and nothing but one `${…}` without a default is shown as it is written, too.
- The password of a URI, secret parameters of its query, and what looks like a key of a well-known
  service are hidden in every text.
- A bare `key` (or `pass`, `pwd`, `pat`, `dsn`) counts as secret: hiding too much does less harm
  than showing too much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adkconf.config.located import Step
from adkconf.config.resolving.template import Interpolation, Template
from adkconf.config.secret_text import (
    MASK,
    is_secret_place,
    mask,
    says_secret,
    variable_says_secret,
)

HIDDEN = "<hidden>"
# The operators behind which no value is written.
_NAMING = ("", "?", ":?", "file:")

_HARMLESS = (
    "agent_class",
    "allow_hosts",
    "allow_origins",
    "engine",
    "host",
    "model",
    "name",
    "output_key",
)

_USER_INFO = re.compile(r"(://)([^:@/\s]*)(:[^@/\s]*)?@")
# An unescaped '@' or '/' in a password is wrong, and still no reason to show half of it.
_SERVICE_USER_INFO = re.compile(r"(://)([^:@/\s]*)(:\S*)@")
_PARAMETER = re.compile(r"(?<=[?&])([\w.-]+)=[^&#\s]+")


def interpolations(template: Template) -> Iterator[Interpolation]:
    """Yields all interpolations of a template, nested ones included."""
    for part in template.parts:
        if isinstance(part, Interpolation):
            yield part
            yield from interpolations(part.word)


@dataclass(frozen=True)
class Shown:
    """What may be shown of a value: the value, `HIDDEN`, or a text as it was `written`."""

    value: Any
    written: bool = False


class Secrecy:
    """Hides values, given the environment that they were filled in from."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def shown(
        self,
        value: Any,
        steps: tuple[Step, ...],
        template: Template | None,
        *,
        secret_type: bool = False,
    ) -> Shown:
        """Returns what may be shown of a single value; `template` is how it was written.

        `secret_type` tells that the code that takes the value says that it is secret.
        """
        is_text = isinstance(value, str)
        if value is None or isinstance(value, (bool, dict, list)):
            return Shown(value)
        parts = list(interpolations(template)) if template else []
        secret = [part for part in parts if _is_secret(part)]
        by_place = is_secret_place(steps) and (is_text or not _is_plural(steps))
        by_place = by_place or secret_type
        if is_text and _is_service(steps) and not by_place:
            return self._uri(value, secret)
        if by_place or secret:
            only_named = template is not None and template.lone and parts[0].operator in _NAMING
            return _as_written(template) if only_named else Shown(HIDDEN)
        if is_text and self._is_of_environment(parts) and not _is_harmless(steps):
            return _as_written(template)
        return Shown(_mask(value, _USER_INFO) if is_text else value)

    def _uri(self, value: str, secret: list[Interpolation]) -> Shown:
        """Shows a service's URI, unless a secret stands where it is not expected."""
        shown = _mask(value, _SERVICE_USER_INFO)
        values = [self._environ.get(part.name) or shown for part in secret]
        return Shown(HIDDEN if any(secret in shown for secret in values) else shown)

    def _is_of_environment(self, parts: list[Interpolation]) -> bool:
        return any(part.name in self._environ and "+" not in part.operator for part in parts)


def _as_written(template: Template | None) -> Shown:
    text = template_text(template) if template else ""
    masked = _mask(text, _USER_INFO)
    return Shown(text, written=True) if text == masked else Shown(HIDDEN)


def template_text(template: Template) -> str:
    """Returns a template as it is written."""
    return "".join(
        part.replace("$", "$$")
        if isinstance(part, str)
        else f"${{{part.name}{part.operator}{template_text(part.word)}}}"
        for part in template.parts
    )


def _is_harmless(steps: tuple[Step, ...]) -> bool:
    keys = [step for step in steps if isinstance(step, str)]
    return bool(keys) and keys[-1] in _HARMLESS


def _is_secret(part: Interpolation) -> bool:
    """Tells whether what is inserted is secret by its name alone."""
    if part.operator != "file:":
        return variable_says_secret(part.name)
    # Text of the project is shown; what is mounted from elsewhere is a secret.
    path = "".join(piece for piece in part.word.parts if isinstance(piece, str))
    in_project = path == "".join(map(str, part.word.parts)) and not path.startswith(("/", "~"))
    return not in_project or variable_says_secret(path.replace("/", "_"))


def _is_service(steps: tuple[Step, ...]) -> bool:
    return steps[:1] == ("services",) and (len(steps) == 2 or steps[2:] == ("uri",))


def _is_plural(steps: tuple[Step, ...]) -> bool:
    """Tells `tokens`, which may be a number of them, from `token`."""
    return isinstance(steps[-1], str) and steps[-1].endswith("s")


def _mask(text: str, user_info: re.Pattern[str]) -> str:
    without_parameters = _PARAMETER.sub(
        lambda found: f"{found[1]}={MASK}" if says_secret(found[1]) else found[0],
        user_info.sub(_masked_user, text),
    )
    return mask(without_parameters)


def _masked_user(found: re.Match[str]) -> str:
    """Hides the password; what stands alone is a key as likely as a name."""
    return f"{found[1]}{found[2]}:{MASK}@" if found[3] else f"{found[1]}{MASK}@"
