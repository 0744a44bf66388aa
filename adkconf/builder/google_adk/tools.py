"""Tools of google-adk's that take less than the configuration language has."""

from __future__ import annotations

from google.adk.examples.base_example_provider import BaseExampleProvider
from google.adk.examples.example import Example as AdkExample
from google.adk.tools import example_tool

from adkconf.examples.example import Example


class ExampleTool(example_tool.ExampleTool):
    """Takes texts in the place of contents."""

    def __init__(self, examples: list[Example] | BaseExampleProvider) -> None:
        if isinstance(examples, list):
            plain = [Example.model_validate(example).model_dump() for example in examples]
            super().__init__([AdkExample(**example) for example in plain])
        else:
            super().__init__(examples)
