"""Tools of HTTP APIs that an OpenAPI document describes."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.tools.openapi_tool.openapi_spec_parser.openapi_toolset import (
        OpenAPIToolset as OpenAPIToolset,
    )
    from adkconf.tools.openapi_tool.openapi_spec_parser.rest_api_tool import (
        RestApiTool as RestApiTool,
    )

_PARSER = "adkconf.tools.openapi_tool.openapi_spec_parser"

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "OpenAPIToolset": f"{_PARSER}.openapi_toolset",
        "RestApiTool": f"{_PARSER}.rest_api_tool",
    },
)
