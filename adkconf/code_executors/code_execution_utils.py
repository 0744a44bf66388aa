"""google-adk's address of what goes into and comes out of code executors."""

from adkconf.code_executors.code_execution import (
    CodeExecutionInput,
    CodeExecutionResult,
    File,
)

__all__ = ["CodeExecutionInput", "CodeExecutionResult", "File"]
