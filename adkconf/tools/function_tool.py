"""A Python function as a tool."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from google.genai import types
from pydantic import ValidationError

from adkconf.agents.context import Context
from adkconf.tools.base_tool import BaseTool
from adkconf.tools.confirmation_gate import ConfirmationGate, Needed
from adkconf.tools.signature import read_signature
from adkconf.tools.thread_pool import call_in_pool


class FunctionTool(BaseTool):
    """Declares a sync or async function from its signature and docstring, and calls it.

    A parameter called `tool_context`, or annotated with `ToolContext`, receives the context and
    is not shown to the model. Missing and ill-typed arguments are answered with `{"error": …}`,
    so that the model can try again. Sync functions run on the event loop unless
    `RunConfig.tool_thread_pool_config` is set.

    With `require_confirmation` (true, or a function of the same arguments that says whether) a
    person is asked before the function is called.

    Raises:
        ValueError: a parameter's type cannot be described to a model, or `func` is a generator.
    """

    # Parameters that the model does not see.
    _hidden_parameters: tuple[str, ...] = ()

    def __init__(
        self,
        func: Callable[..., Any],
        *,
        require_confirmation: Needed = False,
    ) -> None:
        self.func = func
        self._confirmation = ConfirmationGate(require_confirmation)
        self._signature = read_signature(func, hidden=self._hidden_parameters)
        if inspect.isgeneratorfunction(func) or inspect.isasyncgenfunction(func):
            raise ValueError(
                f"tool {self._signature.name!r} is a generator function; a tool returns one result"
            )
        self._declaration = self._signature.declaration()
        super().__init__(name=self._signature.name, description=self._signature.description)

    def _get_declaration(self) -> types.FunctionDeclaration | None:
        return self._declaration

    async def run_async(self, *, args: dict[str, Any], tool_context: Context) -> Any:
        """Calls the function with converted arguments."""
        return await self._run(args, tool_context, {})

    async def _run(
        self, args: dict[str, Any], tool_context: Context, hidden: dict[str, Any]
    ) -> Any:
        """Calls the function, with more arguments than the model gave."""
        if missing := self._signature.missing(args):
            return {
                "error": f"{self.name} was not called: it needs {', '.join(missing)}. "
                "Call it again with every mandatory argument."
            }
        try:
            arguments = self._signature.convert(args)
        except ValidationError as error:
            return {"error": f"{self.name} was not called: {_problems(error)}"}
        if parameter := self._signature.context_parameter:
            arguments[parameter] = tool_context
        refusal = await self._confirmation.ask_first(self.name, arguments, tool_context)
        if refusal is not None:
            return refusal
        return await self._call({**arguments, **hidden}, tool_context)

    async def _call(self, arguments: dict[str, Any], tool_context: Context) -> Any:
        pool = tool_context.run_config.tool_thread_pool_config
        if pool is not None and not inspect.iscoroutinefunction(self.func):
            result = await call_in_pool(pool, self.func, arguments)
        else:
            result = self.func(**arguments)
        return await result if inspect.isawaitable(result) else result


def _problems(error: ValidationError) -> str:
    problems = [
        f"{'.'.join(str(step) for step in item['loc'])}: {item['msg']}" for item in error.errors()
    ]
    return "; ".join(problems)
