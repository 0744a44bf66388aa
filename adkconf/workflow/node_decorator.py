"""`node`: makes a node of a function, an agent or a tool, with options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from adkconf.auth.auth_tool import AuthConfig
from adkconf.errors import WorkflowConfigurationError
from adkconf.workflow.base_node import BaseNode
from adkconf.workflow.binding import ParameterBinding
from adkconf.workflow.build import build_node
from adkconf.workflow.parallel_worker import ParallelWorker
from adkconf.workflow.retry_config import RetryConfig


@overload
def node(
    *,
    name: str | None = None,
    rerun_on_resume: bool | None = None,
    retry_config: RetryConfig | None = None,
    timeout: float | None = None,
    parallel_worker: bool = False,
    max_parallel_workers: int | None = None,
    auth_config: AuthConfig | None = None,
    require_confirmation: bool | Callable[..., Any] | None = None,
    parameter_binding: ParameterBinding | None = None,
) -> Callable[[Any], BaseNode]: ...
@overload
def node(
    node_like: Any,
    *,
    name: str | None = None,
    rerun_on_resume: bool | None = None,
    retry_config: RetryConfig | None = None,
    timeout: float | None = None,
    parallel_worker: bool = False,
    max_parallel_workers: int | None = None,
    auth_config: AuthConfig | None = None,
    require_confirmation: bool | Callable[..., Any] | None = None,
    parameter_binding: ParameterBinding | None = None,
) -> BaseNode: ...
def node(
    node_like: Any = None,
    *,
    parallel_worker: bool = False,
    max_parallel_workers: int | None = None,
    **options: Any,
) -> Any:
    """Makes a node of a function, agent, tool or node, with other options than its own.

    Also a decorator, with or without options. `parallel_worker` runs it for each item of a list,
    at most `max_parallel_workers` at a time. `auth_config`, `require_confirmation` and
    `parameter_binding` are for functions (see FunctionNode).

    Raises:
        WorkflowConfigurationError: it cannot be a node, or the options contradict each other.
    """
    if max_parallel_workers is not None and not parallel_worker:
        raise WorkflowConfigurationError("max_parallel_workers needs parallel_worker=True")
    if node_like is None:
        return lambda func: node(
            func,
            parallel_worker=parallel_worker,
            max_parallel_workers=max_parallel_workers,
            **options,
        )
    if unknown := set(options) - _OPTIONS:
        raise TypeError(f"node() has no option {', '.join(sorted(unknown))}")
    given = {name: value for name, value in options.items() if value is not None}
    made = build_node(node_like, **given)
    if parallel_worker:
        return ParallelWorker(node=made, max_parallel_workers=max_parallel_workers)
    return made


_OPTIONS = {
    "name",
    "rerun_on_resume",
    "retry_config",
    "timeout",
    "auth_config",
    "require_confirmation",
    "parameter_binding",
}
