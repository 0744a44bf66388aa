"""Every error adkconf raises on purpose.

    AdkconfError
    ├── ConfigError                     the file is wrong (carries diagnostics)
    │   ├── BuildError                  it reads well, but cannot be built (carries files)
    │   └── MissingExtraError           an optional extra is not installed
    ├── InputValidationError            a caller's argument or request is wrong (also a ValueError)
    ├── NotFoundError                   the named thing does not exist
    │   ├── SessionNotFoundError        (also a ValueError)
    │   ├── InvocationNotFoundError     (also a ValueError)
    │   └── AppNotFoundError
    ├── AlreadyExistsError              the id is taken
    ├── SessionBusyError                another run holds the session and the policy is `reject`
    ├── AppChangedError                 the app is another one than the run's, and refuses it
    ├── LlmCallsLimitExceededError      `max_llm_calls` is used up
    ├── RunTimeoutError                 a run took longer than its `timeout_seconds`
    ├── ModelError                      the model refused, failed or could not be reached
    │   └── LiveConnectionClosedError   a live connection to it is closed
    ├── StateSchemaError                a state write breaks `state_schema` (also a TypeError)
    ├── WorkflowConfigurationError      a node or edge cannot be used so (also a ValueError)
    │   └── GraphValidationError        the edges make no sound graph
    ├── WorkflowDataError               data does not fit what takes it (also a ValueError)
    ├── NodeTimeoutError                a workflow node took longer than its `timeout`
    ├── DynamicNodeFailError            a node started with `ctx.run_node` failed
    ├── PluginError                     a plugin's hook raised (also a RuntimeError)
    └── ServiceError                    a session, artifact or memory backend failed
        └── ServiceUnavailableError     it could not be opened or reached

Each class knows the exit code of a command that ends with it and the HTTP status of a request
that ends with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar


class AdkconfError(Exception):
    """The root of the tree above."""

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500


class ConfigError(AdkconfError):
    """A configuration that cannot be used; `diagnostics` tells where and why."""

    def __init__(self, message: str, *, diagnostics: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.diagnostics = tuple(diagnostics)


class BuildError(ConfigError):
    """A configuration that cannot be built; a change of any of `files` may mend it.

    `sources` has the texts that the diagnostics point into, by the file names in them.
    """

    def __init__(
        self,
        message: str,
        *,
        diagnostics: Sequence[Any],
        files: frozenset[Path],
        sources: Mapping[str, str],
    ) -> None:
        super().__init__(message, diagnostics=diagnostics)
        self.files = files
        self.sources = sources


class MissingExtraError(ConfigError):
    """A feature that needs `pip install 'adkconf[extra]'`."""

    def __init__(self, feature: str, *, extra: str, package: str) -> None:
        super().__init__(
            f"{feature} needs the package {package!r}, which is not installed; "
            f"run: pip install 'adkconf[{extra}]'"
        )
        self.extra = extra
        self.package = package


class InputValidationError(AdkconfError, ValueError):
    """An argument or a request field that cannot be accepted."""

    http_status = 422


class NotFoundError(AdkconfError):
    """A named thing that does not exist."""

    http_status = 404


class SessionNotFoundError(NotFoundError, ValueError):
    """No such session for this app and user."""


class InvocationNotFoundError(NotFoundError, ValueError):
    """No event of the session belongs to this invocation."""


class AppNotFoundError(NotFoundError):
    """The server does not serve an app of this name."""


class AlreadyExistsError(AdkconfError):
    """The id is taken."""

    http_status = 409


class SessionBusyError(AdkconfError):
    """Another run holds the session and the policy is to reject."""

    http_status = 409


class AppChangedError(AdkconfError):
    """A paused run that may not go on: the app is another one now."""

    http_status = 409


class LlmCallsLimitExceededError(AdkconfError):
    """A run made more model calls than `RunConfig.max_llm_calls` allows."""


class RunTimeoutError(AdkconfError):
    """A run took longer than `RunConfig.timeout_seconds` allows."""

    http_status = 504
    code: ClassVar[str] = "RUN_TIMEOUT"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The run was ended because it took longer than {seconds:g} seconds; find out what "
            "takes so long, or allow more with timeout_seconds of its RunConfig (`run:` in YAML)."
        )
        self.seconds = seconds


class ModelError(AdkconfError):
    """A model call failed. `code` is the model's own error code where it gave one."""

    http_status = 502

    def __init__(self, message: str, *, code: str | int | None = None) -> None:
        super().__init__(message)
        self.code = code


class LiveConnectionClosedError(ModelError):
    """A live connection is closed; `code` is the close code of its websocket."""


class StateSchemaError(AdkconfError, TypeError):
    """A state write that `state_schema` does not allow."""


class WorkflowConfigurationError(AdkconfError, ValueError):
    """A workflow, a node or an edge that can never work as it is written."""


class GraphValidationError(WorkflowConfigurationError):
    """Edges that do not make a sound graph."""


class WorkflowDataError(AdkconfError, ValueError):
    """A node's input or a person's answer that does not fit what takes it."""

    http_status = 422


class NodeTimeoutError(AdkconfError):
    """A workflow node took longer than its `timeout`."""

    def __init__(self, *, node_name: str, timeout: float) -> None:
        super().__init__(f"Node '{node_name}' timed out after {timeout} seconds.")
        self.node_name = node_name
        self.timeout = timeout


class DynamicNodeFailError(AdkconfError):
    """A node started with `ctx.run_node` failed; `error` is what it raised."""

    def __init__(self, message: str, *, error: Exception, error_node_path: str) -> None:
        super().__init__(message)
        self.error = error
        self.error_node_path = error_node_path


class PluginError(AdkconfError, RuntimeError):
    """A plugin's hook raised; the cause is chained."""


class ServiceError(AdkconfError):
    """A session, artifact, memory or credential backend failed."""


class ServiceUnavailableError(ServiceError):
    """A backend could not be opened or reached."""

    http_status = 503
