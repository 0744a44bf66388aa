"""Which runtime an app is built out of."""

from __future__ import annotations

import os
from importlib.util import find_spec

from adkconf.builder.engine import ADKCONF, Engine, is_google_adks
from adkconf.builder.references import References
from adkconf.config.spec.agent import CodeAgentSpec, CustomAgentSpec
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.reference import PythonRef
from adkconf.errors import MissingExtraError

# google-adk's own switch, set before any project's code imports it: warnings of its experiments
# would fill the terminal.
os.environ.setdefault("ADK_SUPPRESS_EXPERIMENTAL_FEATURE_WARNINGS", "true")


def chosen_engine(spec: AppSpec, references: References) -> Engine:
    """Returns the engine that is written, or else the one that the root agent's object is of.

    Raises:
        MissingExtraError: it is not installed.
    """
    ref = None if "engine" in spec.given() else _root_reference(spec)
    if ref is not None and is_google_adks(references.peek(ref)):
        return engine_called("google-adk")
    return engine_called(spec.engine)


def engine_called(name: str) -> Engine:
    """Returns the engine of this name.

    Raises:
        MissingExtraError: it is not installed.
    """
    if name == ADKCONF.name:
        return ADKCONF
    if find_spec("google.adk") is None:
        raise MissingExtraError(f"the engine {name!r}", extra=name, package=name)
    # google-adk is an extra, and takes seconds to import.
    from adkconf.builder.google_adk.engine import GOOGLE_ADK

    return GOOGLE_ADK


def _root_reference(spec: AppSpec) -> PythonRef | None:
    root = spec.root_agent
    if isinstance(root, CodeAgentSpec):
        return root.code.ref
    return root.agent_class if isinstance(root, CustomAgentSpec) else None
