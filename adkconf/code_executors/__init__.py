"""Code executors: what runs the code that a model writes."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.code_executors.base_code_executor import BaseCodeExecutor as BaseCodeExecutor
    from adkconf.code_executors.built_in_code_executor import (
        BuiltInCodeExecutor as BuiltInCodeExecutor,
    )

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "BaseCodeExecutor": "adkconf.code_executors.base_code_executor",
        "BuiltInCodeExecutor": "adkconf.code_executors.built_in_code_executor",
    },
)
