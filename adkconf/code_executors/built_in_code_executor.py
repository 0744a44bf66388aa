"""Code that the model's provider runs."""

from __future__ import annotations

import re

from google.genai import types

from adkconf.agents.invocation_context import InvocationContext
from adkconf.code_executors.base_code_executor import BaseCodeExecutor
from adkconf.code_executors.code_execution import CodeExecutionInput, CodeExecutionResult
from adkconf.errors import InputValidationError
from adkconf.models.gemini_names import GEMINI_NAMES
from adkconf.models.llm_request import LlmRequest


class BuiltInCodeExecutor(BaseCodeExecutor):
    """Lets Gemini run the code that it writes; images that it draws are saved as artifacts."""

    def process_llm_request(self, llm_request: LlmRequest) -> None:
        """Adds Gemini's code execution to a request.

        Raises:
            ValueError: the model is not Gemini.
        """
        model = llm_request.model or ""
        if not any(re.fullmatch(pattern, model) for pattern in GEMINI_NAMES):
            raise InputValidationError(
                f"BuiltInCodeExecutor works with Gemini models, not with {model!r}; give the "
                "agent another code_executor"
            )
        tool = types.Tool(code_execution=types.ToolCodeExecution())
        llm_request.config.tools = [*(llm_request.config.tools or ()), tool]

    def execute_code(
        self, invocation_context: InvocationContext, code_execution_input: CodeExecutionInput
    ) -> CodeExecutionResult:
        """Refuses: the model has run the code already.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("the model runs the code of BuiltInCodeExecutor")
