"""Everything that is wrong with an app, collected while it is built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.located import Step
from adkconf.config.spec.section import Section
from adkconf.errors import AdkconfError

NOT_SUPPORTED = "E701"
IMPORT_FAILED = "E702"
NOT_USABLE = "E703"
NOT_MADE = "E704"
NOT_OPENED = "E705"
NAME_NOT_FOUND = "E503"
FILE_NOT_FOUND = "E502"
WRONG_ARGUMENT = "E505"
UNKNOWN_COMPONENT = "E501"


class Fault(Exception):  # noqa: N818 (it is about the file, not about this program)
    """What a section says cannot be done; `steps` lead from the section to the value at fault."""

    def __init__(
        self, code: str, message: str, *, hint: str = "", steps: tuple[Step, ...] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.steps = steps


class KnownFault(Exception):  # noqa: N818 (the same)
    """What is wrong has been told already, there or at another place."""


class Problems:
    """Collects diagnostics; building goes on behind each, so that all come out in one pass."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []

    @contextmanager
    def at(
        self, section: Section, doing: str, *steps: Step, code: str = NOT_MADE
    ) -> Iterator[None]:
        """Makes a diagnostic of whatever is raised inside.

        It is placed where the fault says, or where `steps` lead from `section`. Errors that are
        no faults get the `code`; `doing` begins the message where user code raised: "plugin
        'audit' cannot be made".
        """
        try:
            yield
        except KnownFault:
            pass
        except Fault as fault:
            self.report(section, fault, *steps)
        except AdkconfError as error:
            self.report(section, Fault(code, str(error)), *steps)
        except (Exception, SystemExit) as error:  # user code may raise anything
            self.report(section, Fault(code, f"{doing}: {describe(error)}"), *steps)

    def report(self, section: Section, fault: Fault, *steps: Step) -> None:
        """Adds the diagnostic of a fault of `section`."""
        self.found.append(
            section.diagnostic(
                fault.code, fault.message, hint=fault.hint, steps=fault.steps or steps
            )
        )


def describe(error: BaseException) -> str:
    """Returns an exception's type and text in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
