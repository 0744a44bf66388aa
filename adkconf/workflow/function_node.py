"""A Python function as a node."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Any, Self

from google.genai import types
from pydantic import BaseModel, PrivateAttr

from adkconf.agents.context import Context
from adkconf.auth.auth_tool import AuthConfig
from adkconf.errors import WorkflowConfigurationError
from adkconf.events.event import Event
from adkconf.events.request_input import RequestInput
from adkconf.tools.confirmation_gate import is_needed
from adkconf.tools.thread_pool import call_in_pool
from adkconf.workflow.base_node import BaseNode
from adkconf.workflow.binding import Binding, ParameterBinding
from adkconf.workflow.confirmation import REJECTED, ask_for_confirmation, read_confirmation
from adkconf.workflow.data import as_plain
from adkconf.workflow.retry_config import RetryConfig
from adkconf.workflow.sign_in import ask_for_credential, has_credential, take_credential


class FunctionNode(BaseNode):
    """Calls a sync or async function or generator; what it returns is the output.

    A function gets the context as `ctx` and the input as `node_input`; its other parameters come
    from the state, or from the input's keys with `parameter_binding="node_input"`. It may return
    or yield an output, an `Event` (with a route, for one), a content to show, or a `RequestInput`.
    A pydantic model as the type of `node_input` or of the result becomes the node's schema.
    With `require_confirmation` (true, or a function of the same parameters that says whether) a
    person is asked before the function is called. With `auth_config` the user is asked for that
    credential, unless the state has it; `AuthHandler(auth_config).get_auth_response(ctx.state)`
    returns it.

    Raises:
        ValueError: no function, or one without a name when none is given.
    """

    parameter_binding: ParameterBinding = "state"
    require_confirmation: bool | Callable[..., Any] = False
    auth_config: AuthConfig | None = None

    _func: Callable[..., Any] = PrivateAttr()
    _binding: Binding = PrivateAttr()

    def __init__(  # noqa: PLR0913 (google-adk's arguments)
        self,
        *,
        func: Callable[..., Any],
        name: str | None = None,
        rerun_on_resume: bool = False,
        retry_config: RetryConfig | None = None,
        timeout: float | None = None,
        auth_config: AuthConfig | None = None,
        require_confirmation: bool | Callable[..., Any] = False,
        parameter_binding: ParameterBinding = "state",
        state_schema: type[BaseModel] | None = None,
    ) -> None:
        if not callable(func):
            raise WorkflowConfigurationError(f"{func!r} cannot be a node: it is no function")
        name = name or getattr(func, "__name__", None)
        if not name:
            raise WorkflowConfigurationError(
                f"{func!r} has no name; give the node one: FunctionNode(func=..., name=...)"
            )
        binding = Binding.of(func, name, parameter_binding)
        super().__init__(
            name=name,
            description=inspect.getdoc(func) or "",
            # It is called when the answer has come, and the answer is no output.
            rerun_on_resume=rerun_on_resume or bool(require_confirmation or auth_config),
            retry_config=retry_config,
            timeout=timeout,
            state_schema=state_schema,
            input_schema=binding.input_schema(),
            output_schema=binding.output_schema(),
        )
        self.parameter_binding = parameter_binding
        self.require_confirmation = require_confirmation
        self.auth_config = auth_config
        self._func = func
        self._binding = binding

    def with_options(self, **options: Any) -> Self:
        """Returns a copy with other values of some fields."""
        copy = super().with_options(**options)
        copy._binding = Binding.of(copy._func, copy.name, copy.parameter_binding)
        copy.rerun_on_resume = copy.rerun_on_resume or copy._asks_first
        return copy

    @property
    def _asks_first(self) -> bool:
        return bool(self.require_confirmation or self.auth_config)

    @property
    def state_keys(self) -> list[str]:
        """The state keys that the function's parameters name."""
        return self._binding.state_keys

    async def _run_impl(self, *, ctx: Context, node_input: Any) -> AsyncGenerator[Any, None]:
        arguments = self._binding.arguments(ctx, node_input)
        if self.require_confirmation and (stop := await self._ask_first(ctx, arguments)):
            yield stop
            return
        if self.auth_config is not None:
            take_credential(ctx)
            if not has_credential(ctx, self.auth_config):
                yield ask_for_credential(ctx, self.auth_config)
                return
        if inspect.isasyncgenfunction(self._func):
            items: AsyncIterator[Any] = self._func(**arguments)
        elif inspect.isgeneratorfunction(self._func):
            items = _stepwise(self._func, arguments)
        else:
            yield _outcome(await self._call(arguments, ctx))
            return
        async with aclosing(items) as closing:  # type: ignore[type-var]
            async for item in closing:
                yield _outcome(item)

    async def _ask_first(
        self, ctx: Context, arguments: dict[str, Any]
    ) -> RequestInput | dict[str, str] | None:
        """Returns what to yield instead of calling the function; None to go ahead."""
        if (said := read_confirmation(ctx)) is not None:
            return None if said.confirmed else REJECTED
        if not await is_needed(self.require_confirmation, arguments):
            return None
        shown = {k: v for k, v in arguments.items() if k != self._binding.context_parameter}
        return ask_for_confirmation(ctx, self.name, shown)

    def _fit_output(self, data: Any) -> Any:
        return data if data == REJECTED else super()._fit_output(data)

    async def _call(self, arguments: dict[str, Any], ctx: Context) -> Any:
        pool = ctx.run_config.tool_thread_pool_config
        if pool is not None and not inspect.iscoroutinefunction(self._func):
            result = await call_in_pool(pool, self._func, arguments)
        else:
            result = self._func(**arguments)
        return await result if inspect.isawaitable(result) else result


async def _stepwise(
    func: Callable[..., Any], arguments: dict[str, Any]
) -> AsyncGenerator[Any, None]:
    items = func(**arguments)
    try:
        for item in items:
            yield item
    finally:
        items.close()


def _outcome(item: Any) -> Any:
    if item is None or isinstance(item, (Event, RequestInput)):
        return item
    return Event(content=item) if isinstance(item, types.Content) else as_plain(item)
