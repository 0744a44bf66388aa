"""Showing the model examples."""

from __future__ import annotations

from adkconf.agents.context import Context
from adkconf.examples.base_example_provider import BaseExampleProvider
from adkconf.examples.example import Example
from adkconf.examples.example_text import examples_as_text
from adkconf.models.llm_request import LlmRequest
from adkconf.tools.base_tool import BaseTool


class ExampleTool(BaseTool):
    """Puts examples into the instruction: always the same ones, or those a provider finds.

    A provider is asked with the text of the user's message; a message without text has none.

    Raises:
        TypeError: neither a list nor a provider.
    """

    def __init__(self, examples: list[Example] | BaseExampleProvider) -> None:
        super().__init__(name="example_tool", description="Shows examples before each model call.")
        if not isinstance(examples, (list, BaseExampleProvider)):
            raise TypeError("examples must be a list of Example, or a BaseExampleProvider object")
        self.examples = (
            [Example.model_validate(example) for example in examples]
            if isinstance(examples, list)
            else examples
        )

    async def process_llm_request(self, *, tool_context: Context, llm_request: LlmRequest) -> None:
        """Adds the examples, if any."""
        examples = self._suitable(tool_context)
        if examples:
            llm_request.append_instructions([examples_as_text(examples)])

    def _suitable(self, context: Context) -> list[Example]:
        content = context.user_content
        if content is None or not content.parts:
            return []
        if isinstance(self.examples, list):
            return self.examples
        query = " ".join(part.text for part in content.parts if part.text)
        return self.examples.get_examples(query) if query else []
