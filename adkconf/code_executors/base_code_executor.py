"""The contract of a code executor."""

from __future__ import annotations

from abc import abstractmethod

from pydantic import BaseModel, ConfigDict, Field

from adkconf.agents.invocation_context import InvocationContext
from adkconf.code_executors.code_execution import CodeExecutionInput, CodeExecutionResult


class BaseCodeExecutor(BaseModel):
    """Runs the code blocks in an agent's answers. Subclass it and write `execute_code`.

    A model writes code between one of `code_block_delimiters`; what it led to is shown to it
    between `execution_result_delimiters`. After `error_retry_attempts` failures in a row code is
    not run any more in that run, and the answer counts as it is. With `stateful` all code of a
    session gets one `execution_id`. Code that takes longer than `timeout_seconds` has failed.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    stateful: bool = False
    error_retry_attempts: int = Field(default=2, ge=0)
    code_block_delimiters: list[tuple[str, str]] = Field(
        default=[("```tool_code\n", "\n```"), ("```python\n", "\n```")], min_length=1
    )
    execution_result_delimiters: tuple[str, str] = ("```tool_output\n", "\n```")
    timeout_seconds: float | None = Field(default=None, gt=0)

    @abstractmethod
    def execute_code(
        self, invocation_context: InvocationContext, code_execution_input: CodeExecutionInput
    ) -> CodeExecutionResult:
        """Runs code; called in a thread. It may be a coroutine function, too."""
