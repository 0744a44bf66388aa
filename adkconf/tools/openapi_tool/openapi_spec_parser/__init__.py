"""From OpenAPI documents to tools, at google-adk's addresses."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.tools.openapi_tool.openapi_spec_parser.openapi_toolset import (
        OpenAPIToolset as OpenAPIToolset,
    )
    from adkconf.tools.openapi_tool.openapi_spec_parser.operation import (
        OperationEndpoint as OperationEndpoint,
    )
    from adkconf.tools.openapi_tool.openapi_spec_parser.rest_api_tool import (
        RestApiTool as RestApiTool,
    )

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "OpenAPIToolset": f"{__name__}.openapi_toolset",
        "OperationEndpoint": f"{__name__}.operation",
        "RestApiTool": f"{__name__}.rest_api_tool",
    },
)
